import { z } from 'zod';
import { stateFolder } from '../fixtures/index.ts';
import {
  badOption,
  type Invocation,
  readOptions,
  shellWord,
  startProgress,
} from '../reports/command/index.ts';
import { leave, prepareToLeave, REMOTE_LOAD } from '../reports/index.ts';
import { remoteResultOf, runSegment, writeLoad } from './distributed/index.ts';
import { findK6 } from './k6-binary/index.ts';
import { assertCleanable, lookBefore, readRemoteLoad, remoteFlags, takenBack } from './remote/index.ts';
import { systemOption } from './result/index.ts';
import { shapes } from './scenarios/index.ts';
import type { LoadSubject } from './system.ts';

const Flags = z.strictObject({ ...remoteFlags, leaveDocuments: z.boolean().default(false) });

/** What only the platform on this machine can do, with what `capacity` has where nothing was given. */
const LOCAL_ONLY: Readonly<Record<string, unknown>> = {
  ...{ topology: undefined, tenants: undefined, readReplication: undefined, slowMotion: undefined },
  ...{ rate: undefined, maxRowsPerOperation: undefined, baseline: undefined, failOn: undefined },
  ...{
    kv: false,
    latency: 'instant',
    generators: '1',
    dashboard: false,
    predict: false,
    whatIf: [],
    k6Out: [],
  },
};
const REMOTE_ONLY: Readonly<Record<string, unknown>> = {
  ...{ account: undefined, budget: undefined, leaveDocuments: undefined },
};

/**
 * Tells a load of a deployed Worker from one of this machine.
 *
 * @returns what belongs to the former; undefined: it is the latter
 * @throws CommandError `bad_option` for what does not go together
 */
export function givenOfTarget(
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const refused = given.target === undefined ? REMOTE_ONLY : LOCAL_ONLY;
  const wrong = Object.keys(refused).find(
    (name) => JSON.stringify(given[name]) !== JSON.stringify(refused[name]),
  );
  const option = wrong?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (option !== undefined)
    throw badOption(
      option,
      given.target === undefined
        ? 'it is about a deployed Worker; give --target as well'
        : 'only the platform on this machine has that; leave it out, or --target',
    );
  if (given.target === undefined) return undefined;
  return Object.fromEntries(Object.entries(given).filter(([name]) => !(name in LOCAL_ONLY)));
}

/** `shardproof capacity --target <url>`: the same load and the same judgement, at a Worker that runs somewhere. */
export async function capacityOfTarget(
  given: Readonly<Record<string, unknown>>,
  subject: LoadSubject,
  { signal, leaving }: Pick<Invocation, 'signal' | 'leaving'>,
): Promise<number> {
  const flags = readOptions(Flags, given);
  const remote = await readRemoteLoad(flags, subject, { shape: shapes[flags.scenario], times: 1 }, signal);
  assertCleanable(remote, flags.leaveDocuments);
  const k6 = await findK6(signal);
  prepareToLeave(leaving);
  const startedAt = new Date();
  const doubts = await lookBefore(remote, signal);
  const { scenario } = remote;
  const load = await writeLoad(stateFolder(subject.system, 'remote'), { ...remote, system: subject.system });
  const progress = startProgress(`load: ${scenario.name}, ${scenario.virtualUsers} users at ${remote.url}`);
  const onProgress = (line: string): void => progress.update(`load: ${line}`);
  const runner = await runSegment({
    ...{
      load,
      segment: { index: 0, of: 1 },
      k6File: k6.file,
      jwtSecret: remote.jwtSecret,
      onProgress,
      signal,
    },
  }).finally(() => progress.done('load: over'));
  for (const line of runner.log) process.stderr.write(`k6: ${line}\n`);
  // Also after Ctrl-C, which is for the load.
  const cleanedUp = flags.leaveDocuments ? null : await takenBack(remote, runner.samples.written);
  signal.throwIfAborted();
  const reproduce =
    `shardproof capacity${systemOption(flags)} --target ${shellWord(flags.target)} --scenario ${scenario.name} --users ${scenario.virtualUsers} ` +
    `--size ${scenario.sizeBytes / 1e6}MB --seed ${scenario.seed} --budget ${flags.budget}`;
  return leave(
    REMOTE_LOAD,
    remoteResultOf({
      load,
      runners: [runner],
      startedAt,
      reproduce,
      doubts,
      cleanedUp,
    }),
    leaving,
  );
}
