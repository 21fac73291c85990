import { z } from 'zod';
import { fromCaller, type Invocation, readOptions, shellWord } from '../../reports/command/index.ts';
import { leave, prepareToLeave, REMOTE_LOAD } from '../../reports/index.ts';
import { LoadTestError } from '../errors.ts';
import { remoteResultOf } from './judge.ts';
import { type PreparedLoad, readLoad } from './load-folder.ts';
import { type RunnerResult, readRunnerResult } from './runner-result.ts';

const Flags = z.strictObject({ load: z.string().min(1) });

/** `shardproof load:merge`: puts the results of several runners together and judges the run. */
export async function merge({ given, args, leaving }: Invocation): Promise<number> {
  const { load: folder } = readOptions(Flags, given);
  const load = readLoad(fromCaller(folder));
  const runners = args.map((file) => resultIn(fromCaller(file), load));
  prepareToLeave(leaving);
  const reproduce = `shardproof load:merge --load ${shellWord(folder)} ${args.map(shellWord).join(' ')}`;
  return leave(REMOTE_LOAD, remoteResultOf({ load, runners, startedAt: new Date(), reproduce }), leaving);
}

/** @throws LoadTestError `runner_load_differs`; and as readRunnerResult does */
export function resultIn(file: string, { folder, sha256, id }: PreparedLoad): RunnerResult {
  const result = readRunnerResult(file);
  if (result.load === id && result.sha256 === sha256) return result;
  throw new LoadTestError(
    'runner_load_differs',
    `${file} is of ${result.load === id ? 'files that somebody has changed' : 'another load'} than ${folder} holds. Merge the results of ` +
      'one load alone, with the folder that its runners had.',
  );
}
