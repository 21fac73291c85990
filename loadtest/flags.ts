import { z } from 'zod';
import { formatSize, MAX_SIZE_BYTES, MIN_SIZE_BYTES, parseSize } from '../fixtures/index.ts';
import { type Aims, type Behaviour, readBehaviour } from '../reference-worker/target/index.ts';
import { badOption } from '../reports/command/index.ts';
import type { ReadReplication } from '../reports/schema/index.ts';

/** What the command lines that drive load have in common. */

/** What --size takes: what can be seeded, and D1 can hold. */
export const sizeFlag = z
  .string()
  .transform(parseSize)
  .refine((bytes) => bytes >= MIN_SIZE_BYTES && bytes <= MAX_SIZE_BYTES, {
    error: ({ input }) =>
      `must be from ${formatSize(MIN_SIZE_BYTES)} to ${formatSize(MAX_SIZE_BYTES)}, the most that a D1 database holds, ` +
      `not ${formatSize(Number(input))}`,
  });

/**
 * Reads what --latency and --read-replication were given; the rows of a load are counted.
 *
 * @throws CommandError `bad_option` for a behaviour with a virtual clock; PlatformError `bad_behaviour`
 */
export function realTimeBehaviour(
  given: string,
  readReplication: ReadReplication | undefined,
  aims: Aims,
): Behaviour {
  const behaviour = readBehaviour(given, aims, readReplication);
  if (behaviour.clock === 'virtual')
    throw badOption(
      'latency',
      `${given} has a virtual clock, and a load test runs in real time; leave out its "clock"`,
    );
  // What a load costs is told wherever that costs the load nothing.
  return behaviour.rows === 'untold' ? { ...behaviour, rows: 'sampled' } : behaviour;
}
