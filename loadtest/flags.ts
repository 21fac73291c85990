import { z } from 'zod';
import { type Plane, ReadReplication } from '../reference-worker/local/data-plane/plane.ts';
import { aimsOf, readPlane } from '../reference-worker/local/plane-file.ts';
import type { Topology } from '../reference-worker/local/topology.ts';
import { LoadTestError } from './errors.ts';

/** What the command lines that drive load have in common. */

export const wholeNumber = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);

/** What --read-replication takes; without it, what the file for --plane says, or `disabled`. */
export const readReplicationFlag = ReadReplication.optional();

/**
 * Reads what --plane and --read-replication were given.
 *
 * @throws LoadTestError `bad_option` for a plane with a virtual clock; PlatformError `bad_plane`
 */
export function realTimePlane(
  given: string,
  readReplication: ReadReplication | undefined,
  topology: Topology,
  kvCache: boolean,
): Plane {
  const plane = readPlane(given, aimsOf(topology, kvCache), readReplication);
  if (plane.clock === 'virtual')
    throw new LoadTestError(
      'bad_option',
      `--plane: ${given} has a virtual clock, and a load test runs in real time; leave out its "clock".`,
    );
  return plane;
}
