import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Behaviour } from '../../reference-worker/local/behaviour/index.ts';
import { sampleResult } from '../../reports/testing/sample-result.ts';
import { scenarios } from '../testing/scenarios.ts';
import { assertSame, fingerprintOf, shortOf, uncommittedChanges } from './fingerprint.ts';

const { environment } = sampleResult();
const behaviour = Behaviour.parse({ latency: 'uk-eu' });
const one = fingerprintOf(environment, 'none', behaviour, scenarios.smoke);

test('equal blocks have equal fingerprints, and may be compared', () => {
  const other = fingerprintOf({ ...environment }, 'none', { ...behaviour }, { ...scenarios.smoke });

  expect(shortOf(other)).toBe(shortOf(one));
  expect(() => assertSame('Blocks 1 and 2', one, other)).not.toThrow();
});

test.each([
  ['commit', fingerprintOf({ ...environment, commit: 'fedcba' }, 'none', behaviour, scenarios.smoke)],
  ['uncommitted changes', fingerprintOf(environment, 'a1b2c3', behaviour, scenarios.smoke)],
  ['CPU model', fingerprintOf({ ...environment, cpuModel: 'Other' }, 'none', behaviour, scenarios.smoke)],
  [
    'version of k6',
    fingerprintOf({ ...environment, k6Version: '3.0.0' }, 'none', behaviour, scenarios.smoke),
  ],
  ['behaviour', fingerprintOf(environment, 'none', { ...behaviour, seed: 2 }, scenarios.smoke)],
  ['scenario', fingerprintOf(environment, 'none', behaviour, { ...scenarios.smoke, sizeBytes: 9e6 })],
])('another %s is refused by its name, and by nothing else', (name, other) => {
  expect(shortOf(other)).not.toBe(shortOf(one));
  expect(() => assertSame('Blocks 1 and 2', one, other)).toThrow(
    new RegExp(`^not_comparable: Blocks 1 and 2 differ in ${name} \\([^,]+, then [^,]+\\):`),
  );
});

test('a folder outside a repository has no uncommitted changes', () => {
  expect(uncommittedChanges(mkdtempSync(join(tmpdir(), 'no-repository-')))).toBe('none');
});
