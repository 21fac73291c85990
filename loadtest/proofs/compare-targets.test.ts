import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ComparisonResult } from '../../reports/schema/index.ts';
import { commandOfOwner, type Deployed, deployedAt } from '../testing/deployed.ts';

/** Two Workers that somebody else runs, and a third that answers later. */
const folder = mkdtempSync(join(tmpdir(), 'targets-'));
const OF_ACCOUNT = ['--account', 'acme', '--size', '1MB', '--users', '80', '--seed', '3'];
const BLOCKS = ['--hold', '15', '--pairs', '4', '--effect', '0.5', '--budget', '20000'];
let deployed: Deployed[] = [];

beforeAll(async () => {
  deployed = await Promise.all([
    deployedAt('127.0.0.2'),
    deployedAt('127.0.0.3'),
    deployedAt('127.0.0.4', 30),
  ]);
  for (const { url } of deployed) {
    const { code, stderr } = await commandOfOwner('seed', 'http', '--target', url, ...OF_ACCOUNT);
    expect(code, stderr).toBe(0);
  }
}, 300_000);
afterAll(async () => {
  await Promise.all(deployed.map((each) => each.close()));
  rmSync(folder, { recursive: true });
});

async function compare(name: string, first = '', second = '') {
  const { code, stdout, stderr } = await commandOfOwner(
    ...['compare', '--target', first, '--target', second, ...OF_ACCOUNT, ...BLOCKS],
    ...['--json', '--out', join(folder, name)],
  );
  return { code, stderr, result: stdout === '' ? undefined : ComparisonResult.parse(JSON.parse(stdout)) };
}
const urls = () => deployed.map(({ url }) => url);

describe('two deployed Workers', () => {
  test('that are the same are found alike, and nothing that people wrote is left on either', async () => {
    const [one, other] = urls();

    const { code, result, stderr } = await compare('same', one, other);

    expect(
      result?.comparisons.map(({ figure, verdict }) => [figure, verdict]),
      stderr,
    ).toEqual(['p50Ms', 'p95Ms', 'p99Ms', 'requestsPerSecond'].map((figure) => [figure, 'no difference']));
    expect([code, result?.verdict.outcome]).toEqual([0, 'PASS']);
    expect(result?.remote?.targets.map(({ treatment, cleanedUp }) => [treatment, cleanedUp?.left])).toEqual([
      [one, 0],
      [other, 0],
    ]);
    expect(result?.remote?.targets.every(({ cleanedUp }) => (cleanedUp?.removed ?? 0) > 10)).toBe(true);
    expect(result?.decision).toBeNull();
  }, 600_000);

  test('of which one answers later are told apart, by how much', async () => {
    const [one, , late] = urls();

    const { result, stderr } = await compare('late', one, late);

    const p50 = result?.comparisons.find(({ figure }) => figure === 'p50Ms');
    expect(p50, stderr).toMatchObject({ base: one, other: late, verdict: 'higher' });
    expect(p50?.interval95.low).toBeGreaterThan(2);
  }, 600_000);

  test('of which one expects no load are left alone, both', async () => {
    const { code, stderr } = await compare('nobody', urls()[0], 'http://nobody.invalid');

    expect([code, stderr]).toEqual([4, expect.stringContaining('target_not_agreed: http://nobody.invalid')]);
    expect(stderr).not.toContain('load:');
  }, 60_000);
});
