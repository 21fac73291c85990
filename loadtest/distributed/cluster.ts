import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { hasCode } from '../../reports/command/index.ts';
import { LoadTestError } from '../errors.ts';

/** What is driven by kubectl, so that every way to reach a cluster that a kubeconfig knows works here, too. */
export interface Cluster {
  readonly kubeconfig: string;
  readonly namespace: string;
}

const LOOK_EVERY_MS = 3_000;

const Pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
      status: z.object({
        phase: z.string().optional(),
        containerStatuses: z
          .array(
            z.object({
              state: z.object({ waiting: z.object({ reason: z.string().optional() }).optional() }).optional(),
            }),
          )
          .optional(),
      }),
    }),
  ),
});
type Pod = z.infer<typeof Pods>['items'][number];

const ENDED: readonly string[] = ['Succeeded', 'Failed'];

/**
 * Puts a run into a cluster, waits until its runners have ended, and takes everything out again.
 *
 * @param run the label of all that belongs to it
 * @param untilMs when whoever has not ended is given up, milliseconds since the epoch
 * @param onLook told how the runners stand, every few seconds
 * @returns the logs of those that have ended, by the names of their pods
 * @throws LoadTestError `cluster_refused`; the reason of `signal`
 */
export async function runInCluster(
  cluster: Cluster,
  {
    run,
    manifest,
    runners,
    untilMs,
    onLook,
    signal,
  }: {
    readonly run: string;
    readonly manifest: object;
    readonly runners: number;
    readonly untilMs: number;
    readonly onLook: (line: string) => void;
    readonly signal: AbortSignal;
  },
): Promise<ReadonlyMap<string, string>> {
  const selector = `shardproof-run=${run}`;
  try {
    await kubectl(cluster, ['create', '--validate=false', '-f', '-'], {
      input: JSON.stringify(manifest),
      signal,
    });
    let pods: Pod[] = [];
    for (;;) {
      const found = await kubectl(cluster, ['get', 'pods', '-l', `${selector},runner=true`, '-o', 'json'], {
        signal,
      });
      pods = Pods.parse(JSON.parse(found)).items;
      onLook(describe(pods, runners));
      if (pods.length >= runners && pods.every(hasEnded)) break;
      if (Date.now() > untilMs) break;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
    const logs = new Map<string, string>();
    for (const { metadata } of pods.filter(hasEnded))
      logs.set(metadata.name, await kubectl(cluster, ['logs', metadata.name], { signal }));
    return logs;
  } finally {
    // Also when it was interrupted: a load that nobody waits for goes on costing.
    await kubectl(cluster, ['delete', 'testruns.k6.io,configmaps', '-l', selector, '--ignore-not-found'], {});
  }
}

const hasEnded = ({ status }: Pod): boolean => ENDED.includes(status.phase ?? '');

/** As in `2 Running, 1 Pending (ImagePullBackOff), 1 not there`. */
function describe(pods: readonly Pod[], runners: number): string {
  const states = pods.map(({ status }) => {
    const why = status.containerStatuses?.map(({ state }) => state?.waiting?.reason).find((reason) => reason);
    return `${status.phase ?? 'Unknown'}${why ? ` (${why})` : ''}`;
  });
  const counted = [...Map.groupBy(states, (state) => state)].map(
    ([state, same]) => `${same.length} ${state}`,
  );
  return [...counted, ...(pods.length < runners ? [`${runners - pods.length} not there`] : [])].join(', ');
}

/** @throws LoadTestError `cluster_refused` with what kubectl says */
export async function kubectl(
  { kubeconfig, namespace }: Cluster,
  args: readonly string[],
  { input, signal }: { readonly input?: string; readonly signal?: AbortSignal },
): Promise<string> {
  const all = ['--kubeconfig', kubeconfig, '--namespace', namespace, ...args];
  const child = spawn('kubectl', all, { stdio: 'pipe', signal });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  try {
    const [out, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code === 0) return out;
    throw new LoadTestError(
      'cluster_refused',
      `kubectl ${args.join(' ')}: ${errors.trim() || `ended with ${code}`}`,
    );
  } catch (cause) {
    signal?.throwIfAborted();
    if (hasCode(cause, 'ENOENT'))
      throw new LoadTestError(
        'cluster_refused',
        'there is no kubectl on the PATH; install it, or run the parts by hand with shardproof load:runner.',
        { cause },
      );
    throw cause;
  }
}
