import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RemoteLoadResult } from '../../reports/schema/index.ts';
import { commandOfOwner, type Deployed, deployedAt } from '../testing/deployed.ts';

const folder = mkdtempSync(join(tmpdir(), 'deployed-'));
const OF_ACCOUNT = ['--size', '1MB', '--users', '50', '--seed', '3'];
let deployed: Deployed;

beforeAll(async () => {
  deployed = await deployedAt('127.0.0.2');
});
afterAll(() => deployed.close());

describe('a deployed Worker', () => {
  test('gets its documents through its own API', async () => {
    const { code, stdout, stderr } = await commandOfOwner(
      ...['seed', 'http', '--target', deployed.url, '--account', 'acme', ...OF_ACCOUNT],
    );

    expect([code, stderr]).toEqual([0, expect.stringContaining('documents')]);
    expect(stdout).toContain('0 not as planned');
  }, 300_000);

  test('is loaded and judged, and nothing that people wrote is left', async () => {
    const { code, stdout, stderr } = await commandOfOwner(
      ...['capacity', '--target', deployed.url, '--scenario', 'smoke', '--budget', '5000', ...OF_ACCOUNT],
      ...['--json', '--out', join(folder, 'run')],
    );

    const result = RemoteLoadResult.parse(JSON.parse(stdout));
    expect([code, result.verdict.outcome], stderr).toEqual([0, 'PASS']);
    expect(result.load.requests).toBeGreaterThan(300);
    expect(result.verification.documentsChecked).toBeGreaterThan(1_000);
    expect(result.cleanedUp).toMatchObject({
      left: 0,
      removed: expect.any(Number),
      restored: expect.any(Number),
    });
    expect((result.cleanedUp?.removed ?? 0) * (result.cleanedUp?.restored ?? 0)).toBeGreaterThan(0);
    expect(readdirSync(join(folder, 'run')).toSorted()).toEqual(['report.html', 'result.json', 'summary.md']);

    const check = await commandOfOwner(
      ...['seed', 'check', '--target', deployed.url, '--account', 'acme', ...OF_ACCOUNT, '--sample', 'all'],
    );
    // Nothing is missing or too much; what was changed and put back has a later version, as it must.
    expect(check.stdout).not.toMatch(/^(missing|surplus)/m);
  }, 300_000);
});
