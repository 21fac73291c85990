import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findK6 } from '../k6-binary/index.ts';
import { Scenario } from '../scenarios/index.ts';
import { ACCOUNT, accountOf, JWT_SECRET } from '../testing/journey-files.ts';
import { system } from '../testing/reference.ts';
import { scenarios } from '../testing/scenarios.ts';
import { startTrivialTarget, type TrivialTarget } from '../testing/trivial-target.ts';
import { bundleRunner } from './bundle-runner.ts';
import { LOAD_FILES, type PreparedLoad } from './load-folder.ts';
import { manifestOf } from './manifest.ts';
import { resultIn } from './merge.ts';
import { writeLoad } from './write-load.ts';

/**
 * The containers of a run, without a cluster: what the manifest mounts lies in folders, k6 is copied, and each part is started by the
 * command that k6-operator composes (pkg/resources/jobs/runner.go of v1.6.0) and let go as its starter does
 * (pkg/resources/containers/curl_start.go): by a PATCH of the status of a k6 that is paused.
 */
const folder = mkdtempSync(join(tmpdir(), 'pods-'));
const scenario = Scenario.parse({
  ...scenarios.smoke,
  virtualUsers: 10,
  thinkTimeMedianMs: 200,
  minimumSamples: 3,
  phases: [{ name: 'hold', seconds: 5, share: 1, counts: true }],
});
const FIRST_PORT = 26_565;
let load: PreparedLoad;
let target: TrivialTarget;

beforeAll(async () => {
  target = await startTrivialTarget({ account: ACCOUNT });
  const url = `http://0.0.0.0:${new URL(target.url).port}`;
  load = await writeLoad(join(folder, 'load'), { system, account: accountOf(scenario), scenario, url });
});
afterAll(() => target.stop());

interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

test('every part of a manifest runs in the environment that it names, and leaves its result in its log', async () => {
  const runner = await bundleRunner();
  const startAtMs = Date.now() + 12_000;
  const files = Object.fromEntries(
    LOAD_FILES.filter((name) => existsSync(join(load.folder, name))).map((name) => [
      name,
      readFileSync(join(load.folder, name), 'utf8'),
    ]),
  );
  const { items } = manifestOf({
    ...{ load, files, runners: 2, startAtMs, namespace: 'default', secret: 'shardproof' },
    runner,
  });
  const [ofLoad, ofRunner] = items.filter(({ kind }) => kind === 'ConfigMap');
  const at = (path: string): string => join(folder, 'mounted', path);
  for (const [path, data] of [
    ['/test', ofLoad?.data],
    ['/shardproof', ofRunner?.data],
  ] as const) {
    mkdirSync(at(path), { recursive: true });
    for (const [name, content] of Object.entries(data ?? {}))
      writeFileSync(join(at(path), name), content.replaceAll('/shardproof/', `${at('/shardproof')}/`), {
        mode: 0o755,
      });
  }
  mkdirSync(at('/k6'));
  copyFileSync((await findK6()).file, at('/k6/k6'));

  const logs = await Promise.all(
    items
      .filter(({ kind }) => kind === 'TestRun')
      .map(async ({ spec, metadata }, index) => {
        const { env } = (spec as { runner: Container }).runner; // as manifestOf makes it
        const mounted = env.map(({ name, value = JWT_SECRET }) => [
          name,
          value.replace(/(^|:)\/(test|shardproof|k6)\b/g, (_, before, path) => `${before}${at(`/${path}`)}`),
        ]);
        const address = `127.0.0.1:${FIRST_PORT + index}`;
        const { PATH = '', ...rest } = Object.fromEntries(mounted);
        const child = spawn(
          '/bin/sh',
          // Found on the path, as the runtime of a container finds its command. Node of the image is this one.
          [
            '-c',
            'exec "$@"',
            'sh',
            'k6',
            'run',
            '--quiet',
            join(at('/test'), 'journey.js'),
            `--address=${address}`,
            '--paused',
            '--tag',
            'instance_id=0',
            '--tag',
            `testrun_name=${metadata.name}`,
          ],
          {
            env: { ...rest, PATH: `${PATH}:${join(process.execPath, '..')}` },
            stdio: ['ignore', 'pipe', 'inherit'],
          },
        );
        const [log] = await Promise.all([text(child.stdout), letGo(address)]);
        const file = join(folder, `${metadata.name}.log`);
        writeFileSync(file, log);
        return file;
      }),
  );

  const results = logs.map((file) => resultIn(file, load));
  expect(results.map(({ segment, ending }) => [segment.index, ending.code])).toEqual([
    [0, 0],
    [1, 0],
  ]);
  for (const { samples } of results) {
    expect(samples.begunAtMs).toBeGreaterThanOrEqual(startAtMs);
    expect(samples.phases.get('hold')?.requests).toBeGreaterThan(10);
    expect(samples.unreadableSamples).toBe(0);
  }
}, 90_000);

/** k6 listens once its users are made. */
async function letGo(address: string): Promise<void> {
  const body = JSON.stringify({
    data: { id: 'default', type: 'status', attributes: { paused: false, stopped: false } },
  });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(`http://${address}/v1/status`, { method: 'PATCH', body }).catch(
      () => undefined,
    );
    if (answer?.ok) return;
    await delay(200);
  }
  throw new Error(`${address} was never let go.`);
}
