import { stateFolder } from '../../fixtures/index.ts';
import { startProgress, timeLeft } from '../../reports/command/index.ts';
import type { RemoteLoadResult, RunResult } from '../../reports/schema/index.ts';
import { remoteResultOf, runSegment, writeLoad } from '../distributed/index.ts';
import { LoadTestError } from '../errors.ts';
import { type RemoteLoad, takenBack } from '../remote/index.ts';
import { shortHash } from '../short-hash.ts';
import type { ComparedBlock } from './experiment.ts';
import { assertSame, machineOf } from './fingerprint.ts';
import { blockOrder } from './order.ts';
import type { TargetsChoice } from './targets.ts';

/** One block at a URL. */
export interface TargetBlock extends ComparedBlock {
  readonly remote: Pick<RemoteLoadResult, 'series' | 'connecting' | 'cleanedUp' | 'notMeasured'>;
}

export interface TargetsToRun extends Pick<TargetsChoice, 'targets' | 'pairs' | 'leaveDocuments'> {
  readonly k6File: string;
  readonly environment: RunResult['environment'];
  readonly signal: AbortSignal;
}

/** A Worker at a URL, as a treatment. */
export const treatmentAt = ({ url }: Pick<RemoteLoad, 'url'>): ComparedBlock['treatment'] => ({
  name: url,
  topology: { name: 'remote' },
  neighbour: undefined,
});

/**
 * Lets the same users work at one URL and the other in turns, and takes back after each block what they have written there.
 *
 * @throws LoadTestError `block_stopped` where nearly everything failed: whoever hurts a target more than it can bear stops; or
 *   the reason of `signal`
 */
export async function runTargets(options: TargetsToRun): Promise<TargetBlock[]> {
  const { targets, pairs } = options;
  const planned = blockOrder(targets, pairs);
  const blocks: TargetBlock[] = [];
  const startedAtMs = Date.now();
  for (const { treatment: remote, round } of planned) {
    const order = blocks.length + 1;
    const left = timeLeft(startedAtMs, blocks.length / planned.length);
    process.stderr.write(
      `compare: block ${order} of ${planned.length}: ${remote.url}, pair ${round + 1} of ${pairs}, ${left}\n`,
    );
    blocks.push({ ...(await blockAt(remote, options)), round, order });
    const [first, last] = [blocks[0], blocks.at(-1)];
    if (first && last) assertSame(`Blocks 1 and ${order}`, first.fingerprint, last.fingerprint);
  }
  return blocks;
}

async function blockAt(
  remote: RemoteLoad,
  { k6File, environment, leaveDocuments, signal }: TargetsToRun,
): Promise<Omit<TargetBlock, 'round' | 'order'>> {
  const { scenario, jwtSecret, subject } = remote;
  const startedAt = new Date();
  // Anew for each block: what its users write has names of its own.
  const load = await writeLoad(stateFolder(subject.system, 'remote'), { ...remote, system: subject.system });
  const progress = startProgress(`load: ${scenario.virtualUsers} users at ${remote.url}`);
  const runner = await runSegment({
    ...{ load, segment: { index: 0, of: 1 }, k6File, jwtSecret, signal },
    onProgress: (line) => progress.update(`load: ${line}`),
  }).finally(() => progress.done('load: over'));
  for (const line of runner.log) process.stderr.write(`k6: ${line}\n`);
  // Also after Ctrl-C, which is for the load.
  const cleanedUp = leaveDocuments ? null : await takenBack(remote, runner.samples.written);
  signal.throwIfAborted();
  if (runner.stoppedFor)
    throw new LoadTestError(
      'block_stopped',
      `${remote.url} failed ${runner.stoppedFor.failures} of ${runner.stoppedFor.requests} requests in ${runner.stoppedFor.seconds} s, and ` +
        'the load was stopped there. Nothing can be compared with that: see with capacity --target what is wrong.',
    );
  const result = remoteResultOf({ load, runners: [runner], startedAt, reproduce: '', cleanedUp });
  return {
    treatment: treatmentAt(remote),
    fingerprint: { ...machineOf(environment), scenario: shortHash(scenario) },
    result: { ...result, databases: [], serviceParts: [], headroom: null },
    remote: result,
    neighbour: undefined,
  };
}
