import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleScript } from '../bundle-script.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { SCENARIO_NAMES } from '../scenarios/index.ts';
import { accountOf, writePlanFile } from '../testing/journey-files.ts';
import { system } from '../testing/reference.ts';
import { scenarios } from '../testing/scenarios.ts';

/** What an unmodified k6 makes of the script, with the documented environment and nothing else. */
const folder = mkdtempSync(join(tmpdir(), 'inspect-'));
const script = join(folder, 'journey.js');
let k6: string;

beforeAll(async () => {
  k6 = (await findK6()).file;
  await bundleScript(script, system, accountOf(scenarios.smoke));
});

async function inspect(env: Readonly<Record<string, string>>) {
  const variables = Object.entries(env).flatMap((pair) => ['-e', pair.join('=')]);
  const { stdout } = await promisify(execFile)(k6, ['inspect', ...variables, script], { env: {} });
  return JSON.parse(stdout);
}

describe('k6 inspect', () => {
  test.each(SCENARIO_NAMES)('takes %s', async (name) => {
    const { phases, model } = scenarios[name];
    const planFile = writePlanFile(folder, scenarios[name], 'http://localhost:1');

    const options = await inspect({ PLAN_FILE: planFile, JWT_SECRET: 'not a secret' });

    expect(Object.keys(options.scenarios)).toEqual(model === 'closed' ? ['users'] : ['leadIn', 'plateau']);
    expect(options.thresholds).toMatchObject({ 'tally{of:isolation_violations}': ['count==0'] });
    const judged = Object.keys(options.thresholds).filter((metric) => metric.startsWith('answer_time{op:'));
    const counting = name === 'step' ? 0 : phases.filter(({ counts }) => counts).length;
    expect(judged).toHaveLength(9 * counting);
    expect(options.tags).toEqual({ account: 'acme', placement: 'shared' });
  });

  test.each(['PLAN_FILE', 'JWT_SECRET'])('refuses the script without %s', async (missing) => {
    const env = { PLAN_FILE: '/nowhere.json', JWT_SECRET: 'not a secret' };

    await expect(inspect({ ...env, [missing]: '' })).rejects.toThrow(`${missing} is not set`);
  });
});
