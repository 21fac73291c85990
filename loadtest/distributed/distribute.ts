import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  badOption,
  fromCaller,
  type Invocation,
  readOptions,
  shellWord,
  spelledAsCalled,
  startProgress,
  wholeNumber,
} from '../../reports/command/index.ts';
import { leave, prepareToLeave, REMOTE_LOAD } from '../../reports/index.ts';
import { START_WAIT_MAX_SECONDS } from '../k6-options.ts';
import { assertCleanable, lookBefore, readRemoteLoad, remoteFlags, takenBack } from '../remote/index.ts';
import { durationSecondsOf, shapes } from '../scenarios/index.ts';
import { chosenSubject } from '../system.ts';
import { bundleRunner } from './bundle-runner.ts';
import { kubectl, runInCluster } from './cluster.ts';
import { remoteResultOf } from './judge.ts';
import { LOAD_FILES, type PreparedLoad } from './load-folder.ts';
import { CONFIG_MAP_MAX_BYTES, manifestOf, runName } from './manifest.ts';
import { resultIn } from './merge.ts';
import { writeLoad } from './write-load.ts';

const Flags = z.strictObject({
  ...remoteFlags,
  runners: wholeNumber(1, 64),
  load: z.string().min(1),
  kubeconfig: z.string().min(1).optional(),
  namespace: z.string().min(1),
  secret: z.string().min(1),
  startIn: wholeNumber(10, START_WAIT_MAX_SECONDS),
  leaveDocuments: z.boolean(),
});
type Flags = z.infer<typeof Flags>;

/** What a k6 that was started in time may take to end after its load, and the cluster to tell. */
const OVERTIME_MS = 120_000;

/** `shardproof distribute`: one load from several machines. */
export async function distribute({ given, signal, leaving }: Invocation): Promise<number> {
  const flags = readOptions(Flags, given);
  const folder = fromCaller(flags.load);
  if (existsSync(folder))
    throw badOption('load', `${flags.load} is there already; name a folder that is not`);
  prepareToLeave(leaving);
  const asked = { shape: shapes[flags.scenario], times: 1 };
  const remote = await readRemoteLoad(flags, await chosenSubject(flags), asked, signal);
  if (flags.kubeconfig === undefined && !flags.leaveDocuments)
    throw badOption(
      'leave-documents',
      'whoever merges by hand has no token of the target: say that what people write there may stay',
    );
  assertCleanable(remote, flags.leaveDocuments);
  const doubts = await lookBefore(remote, signal);
  const load = await writeLoad(folder, { ...remote, system: remote.subject.system });
  if (flags.kubeconfig === undefined) {
    console.log(byHand(load, flags));
    return 0;
  }
  const startedAt = new Date();
  const runners = await inCluster(
    load,
    { ...flags, kubeconfig: flags.kubeconfig },
    remote.jwtSecret !== '',
    signal,
  );
  const written = runners.flatMap(({ samples }) => samples.written);
  const cleanedUp = flags.leaveDocuments ? null : await takenBack(remote, [...new Set(written)]);
  const reproduce = `shardproof load:merge --load ${shellWord(flags.load)} ${shellWord(join(flags.load, 'results'))}/*`;
  return leave(
    REMOTE_LOAD,
    remoteResultOf({ load, runners, startedAt, reproduce, doubts, cleanedUp }),
    leaving,
  );
}

/** What is to be done on each machine. */
function byHand({ folder, scenario }: PreparedLoad, { runners, load: given }: Flags): string {
  const parts = Array.from({ length: runners }, (_, index) =>
    spelledAsCalled(
      `shardproof load:runner --load ${shellWord(given)} --segment ${index + 1}/${runners} --start-at <time> --out part-${index + 1}.txt`,
    ),
  );
  return [
    `${folder} holds the load: ${scenario.virtualUsers} users for ${durationSecondsOf(scenario)} s, in ${runners} parts.`,
    '',
    'Copy the folder to each machine. Choose one time for all of them, some minutes from now, as in 2026-12-01T09:00:00Z, set',
    'JWT_SECRET there if users sign their own tokens, and start on each machine its part:',
    '',
    ...parts.map((part) => `  ${part}`),
    '',
    'Copy what they have written here, and judge it:',
    '',
    `  ${spelledAsCalled(`shardproof load:merge --load ${shellWord(given)} part-*.txt`)}`,
  ].join('\n');
}

/** @returns what the runners left; one that left nothing is missing, and the verdict says so */
async function inCluster(
  load: PreparedLoad,
  { kubeconfig, namespace, secret, runners, startIn }: Flags & { readonly kubeconfig: string },
  needsSecret: boolean,
  signal: AbortSignal,
) {
  const cluster = { kubeconfig: fromCaller(kubeconfig), namespace };
  if (needsSecret) await kubectl(cluster, ['get', 'secret', secret, '-o', 'name'], { signal });
  const startAtMs = Date.now() + startIn * 1000;
  const manifest = manifestOf({
    ...{ load, runners, startAtMs, namespace, secret: needsSecret ? secret : undefined },
    files: filesOf(load),
    runner: await bundleRunner(),
  });
  writeFileSync(join(load.folder, 'cluster.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const progress = startProgress(`cluster: ${runners} runners, begin in ${startIn} s`);
  const logs = await runInCluster(cluster, {
    ...{ run: runName(load), manifest, runners, signal },
    untilMs: startAtMs + durationSecondsOf(load.scenario) * 1000 + OVERTIME_MS,
    onLook: (line) => progress.update(`cluster: ${line}`),
  }).catch((error: unknown) => {
    progress.fail('cluster: the run broke off');
    throw error;
  });
  progress.done(`cluster: ${logs.size} of ${runners} runners have ended`);
  const results = join(load.folder, 'results');
  mkdirSync(results);
  return [...logs].flatMap(([pod, log]) => {
    const file = join(results, `${pod}.log`);
    writeFileSync(file, log);
    // A runner that was killed leaves a log without a result: its part is missing, and named so.
    return log.includes('shardproof-result') ? [resultIn(file, load)] : [];
  });
}

/** @throws CommandError `bad_option` for a load that a ConfigMap does not hold */
function filesOf({ folder }: PreparedLoad): Record<string, string> {
  const names = LOAD_FILES.filter((name) => existsSync(join(folder, name)));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const bytes = Object.values(files).reduce((sum, file) => sum + Buffer.byteLength(file), 0);
  if (bytes < CONFIG_MAP_MAX_BYTES) return files;
  throw badOption(
    'kubeconfig',
    `the load has ${bytes} bytes, because the ids of its documents follow no rule, and a ConfigMap holds ${CONFIG_MAP_MAX_BYTES}; run the parts by hand`,
  );
}
