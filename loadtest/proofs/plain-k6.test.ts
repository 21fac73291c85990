import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleScript } from '../bundle-script.ts';
import { parseSample } from '../generator/index.ts';
import type { PlanFile } from '../k6/plan.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { Scenario } from '../scenarios/index.ts';
import { ACCOUNT, accountOf, JWT_SECRET, writePlanFile } from '../testing/journey-files.ts';
import { system } from '../testing/reference.ts';
import { scenarios } from '../testing/scenarios.ts';
import { startTrivialTarget } from '../testing/trivial-target.ts';

/** What an unmodified k6 says of a run on its own, thresholds and exit code: nothing measured must not look well. */
const folder = mkdtempSync(join(tmpdir(), 'plain-k6-'));
const script = join(folder, 'journey.js');
const scenario = Scenario.parse({
  ...scenarios.smoke,
  virtualUsers: 8,
  thinkTimeMedianMs: 50,
  minimumSamples: 3,
  phases: [{ name: 'hold', seconds: 4, share: 1, counts: true }],
});
/** Exit codes of k6 (errext/exitcodes in its source). */
const THRESHOLDS_HAVE_FAILED = 99;
const SCRIPT_EXCEPTION = 107;
let k6: string;

beforeAll(async () => {
  k6 = (await findK6()).file;
  await bundleScript(script, system, accountOf(scenario));
});

interface Ended {
  readonly code: number;
  readonly log: string;
  readonly samples: readonly (ReturnType<typeof parseSample> & object)[];
}

async function run(
  url: string,
  { change = (plan) => plan, args = [] }: { change?: (plan: PlanFile) => PlanFile; args?: string[] } = {},
): Promise<Ended> {
  const planFile = writePlanFile(folder, scenario, url);
  const plan: PlanFile = JSON.parse(readFileSync(planFile, 'utf8'));
  writeFileSync(planFile, JSON.stringify(change(plan)));
  const child = spawn(k6, ['run', '--quiet', '--no-usage-report', '--out=json=-', ...args, script], {
    env: { PLAN_FILE: planFile, JWT_SECRET },
  });
  let [out, log] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, log, samples: out.split('\n').flatMap((line) => parseSample(line) ?? []) };
}

const HANDSHAKE_MS = 400;
const everyPop = (url: string): Record<string, string> =>
  Object.fromEntries(Object.keys(scenario.popShares).map((pop) => [pop, url]));

/** TLS behind a door that opens late. */
async function startSlowHandshake(): Promise<{ port: number; stop(): void }> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', [...request, '-subj', '/CN=localhost', '-keyout', key, '-out', cert], {
    stdio: 'pipe',
  });
  const https = createHttps({ key: readFileSync(key), cert: readFileSync(cert) }, (asked, response) => {
    asked.resume();
    response.end('{}');
  });
  await once(https.listen(0, '127.0.0.1'), 'listening');
  const behind = (https.address() as AddressInfo).port; // of a TCP server
  const sockets = new Set<Socket>();
  const door = createServer((socket) => {
    sockets.add(socket.pause().on('error', () => undefined));
    setTimeout(() => {
      const through = connect(behind, '127.0.0.1').on('error', () => undefined);
      socket.pipe(through).pipe(socket);
    }, HANDSHAKE_MS);
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    door.close();
    https.close();
    https.closeAllConnections();
  };
  return { port: (door.address() as AddressInfo).port, stop };
}

/** Takes connections and never answers. */
async function startHung(): Promise<{ url: string; stop(): void }> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // of a TCP server
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `http://localhost:${port}`, stop };
}

describe('a target whose TLS handshake takes 400 ms, and whose answers take none', () => {
  /** Of the answers, and of what connecting took beside them. */
  const slowest = async (host: string): Promise<{ answer: number; tls: number; handshakes: number }> => {
    const target = await startSlowHandshake();
    const { samples } = await run('http://localhost:1', {
      change: ({ users, options, ...plan }) => ({
        ...plan,
        users: { ...users, baseUrls: everyPop(`https://${host}:${target.port}`) },
        options: { ...options, insecureSkipTLSVerify: true },
      }),
    }).finally(target.stop);
    const timesOf = (of: 'answer' | 'tls'): number[] =>
      samples.flatMap((sample) => (sample.kind === of ? [sample.durationMs] : []));
    const tls = timesOf('tls').filter((ms) => ms > 0);
    return { answer: Math.max(...timesOf('answer')), tls: Math.max(...tls), handshakes: tls.length };
  };

  test('is judged with it where the plan leads elsewhere, and users keep their connections', async () => {
    // This machine by a name that does not say so.
    const { answer, handshakes } = await slowest('0.0.0.0');

    expect(answer).toBeGreaterThanOrEqual(HANDSHAKE_MS);
    expect(handshakes).toBeLessThanOrEqual(scenario.virtualUsers);
  });

  test('is judged without it on this machine, where each request connects, and it is told beside', async () => {
    const { tls, handshakes } = await slowest('localhost');

    expect(tls).toBeGreaterThanOrEqual(HANDSHAKE_MS);
    expect(handshakes).toBeGreaterThan(scenario.virtualUsers);
  });
});

describe('k6 run', () => {
  test('of a healthy target passes, and says once when its load began', async () => {
    const target = await startTrivialTarget({ account: ACCOUNT });

    const { code, samples, log } = await run(target.url, {
      args: ['--execution-segment=0:1/2', '--execution-segment-sequence=0,1/2,1'],
    }).finally(target.stop);

    expect([code, log]).toEqual([0, expect.not.stringContaining('thresholds')]);
    expect(samples.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    expect(samples.filter(({ kind }) => kind === 'start')).toHaveLength(
      samples.filter(({ kind }) => kind === 'answer').length,
    );
  });

  test('of a target that takes requests and never answers fails, and every request is told', async () => {
    const target = await startHung();

    const { code, samples } = await run(target.url).finally(target.stop);

    expect(code).toBe(THRESHOLDS_HAVE_FAILED);
    const answers = samples.filter((sample) => sample.kind === 'answer');
    expect(answers.length).toBeGreaterThan(scenario.virtualUsers / 2);
    expect(answers).toHaveLength(samples.filter(({ kind }) => kind === 'start').length);
    expect(answers.every(({ failed, durationMs }) => failed && durationMs > 29_000)).toBe(true);
  });

  test.each<[string, (plan: PlanFile) => PlanFile]>([
    ['no URL at all', (plan) => ({ ...plan, users: { ...plan.users, baseUrls: {} } })],
    [
      'a URL for another PoP',
      ({ users, ...plan }) => ({ ...plan, users: { ...users, baseUrls: { CDG: 'http://localhost:1' } } }),
    ],
    [
      'a URL without its scheme',
      ({ users, ...plan }) => ({
        ...plan,
        users: { ...users, baseUrls: { ...users.baseUrls, EDI: 'acme.example' } },
      }),
    ],
  ])('of a plan with %s is refused before it starts', async (_, change) => {
    const { code, log, samples } = await run('http://localhost:1', { change });

    expect([code, samples]).toEqual([SCRIPT_EXCEPTION, []]);
    expect(log).toContain('plan_incomplete: baseUrls needs');
  });
});
