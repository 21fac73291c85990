import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Platform, startWorker, whileStepping } from '../local/index.ts';
import { copyOf, mutationsOf } from '../target/index.ts';
import { pathOf, zoneOf } from './api.ts';
import { system, worker } from './system.ts';

/** A change that the upstream took, and a process that ended before the database had it. */
const CUSTOMER = 'elm';
const SETTING = 'toggle-07';
const CRON = '*/5 * * * *';
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An upstream that outlives the platform: it writes down what it is told, and begins with that. */
function lastingUpstream(folder: string): string {
  const module = join(folder, 'lasting-api.ts');
  const [api, log] = [join(import.meta.dirname, 'api.ts'), join(folder, 'changes')].map((path) =>
    JSON.stringify(path),
  );
  writeFileSync(
    module,
    `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import settingsApi from ${api};
export default () => {
  const api = settingsApi();
  if (existsSync(${log})) for (const line of readFileSync(${log}, 'utf8').trim().split('\\n')) api(JSON.parse(line));
  return (request) => {
    if (request.method === 'PUT') appendFileSync(${log}, JSON.stringify(request) + '\\n');
    return api(request);
  };
};
`,
  );
  return module;
}

const start = (folder: string, entry: string | undefined): Promise<Platform> =>
  startWorker({
    ...{ config: join(import.meta.dirname, 'wrangler.jsonc'), vars: worker.vars },
    ...(entry !== undefined && { entry }),
    upstreams: { UPSTREAM: { ...worker.upstreams.UPSTREAM, module: lastingUpstream(folder) } },
    stateDir: join(folder, 'state'),
    behaviour: { clock: 'virtual' },
  });

/** What a customer's setting holds in the copy, as a page shows it. */
async function shownOn({ deployments, control }: Platform, session: string): Promise<string> {
  const url = `${deployments[0]?.urls.LHR}/api/settings/${SETTING}`;
  const page = await whileStepping(control, fetch(url, { headers: { cookie: `session=${session}` } }));
  return page.text();
}

/** @returns what the copy shows after the crash, and after the next run of the schedule */
async function crashed(entry?: string): Promise<{ readonly before: string; readonly after: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  folders.push(folder);
  const first = await start(folder, entry);
  const { control, operator, deployments } = first;
  const none = (): never => expect.fail('a session is signed, and takes no more than SQL');
  const hands = { sql: operator.query, http: none, kv: none };
  const session = (await system.accounts?.open(CUSTOMER, hands)) ?? '';
  await expect
    .poll(() => shownOn(first, session), { timeout: 20_000 })
    .toBe(JSON.stringify({ id: SETTING, value: 'off' }));

  await control.setFaults([{ id: 'slow', kind: 'upstream-slow', access: 'write', addMs: 60_000 }]);
  const changing = fetch(`${deployments[0]?.urls.LHR}/api/settings/${SETTING}`, {
    method: 'PUT',
    headers: { cookie: `session=${session}` },
    body: JSON.stringify({ value: 'on' }),
  }).catch(() => undefined);
  await expect
    .poll(async () => (await control.waiting()).map(({ reason }) => reason), { timeout: 20_000 })
    .toContain('upstream');
  // It takes the change after 30 s, and would answer after 60.
  await control.advance(40_000);
  const upstream = { method: 'GET', path: pathOf(zoneOf(CUSTOMER), SETTING), body: '' };
  expect(await control.operateUpstream('UPSTREAM', upstream)).toMatchObject({
    body: { result: { value: 'on' } },
  });
  process.kill(first.processes.find(({ role }) => role === 'worker')?.pid ?? Number.NaN, 'SIGKILL');
  await first.failed;
  await changing;
  await first.stop();

  const second = await start(folder, entry);
  try {
    const select = 'SELECT value FROM settings WHERE toggle_id = ?1';
    const [row] = await second.operator.query('DB', select, [SETTING]);
    const before = String(row?.value);
    await whileStepping(second.control, second.control.cron(CRON));
    return { before, after: await shownOn(second, session) };
  } finally {
    await second.stop();
  }
}

test('a change that the upstream took before kill -9, and the database did not, shows after the next run', async () => {
  const { before, after } = await crashed();

  expect(before).toBe('off');
  expect(after).toBe(JSON.stringify({ id: SETTING, value: 'on' }));
});

test('not where the Worker does not say before a change that the copy may be behind', async () => {
  const source = mutationsOf(system).worker;
  const text = readFileSync(join(source.folder, 'index.ts'), 'utf8');
  const line = '    await expectChange(env.DB, customer);\n';
  expect(text).toContain(line);
  const careless = copyOf(source, 'careless', { 'index.ts': text.replace(line, '') });

  const { after } = await crashed(careless.entry).finally(() => careless.remove());

  expect(after).toBe(JSON.stringify({ id: SETTING, value: 'off' }));
});
