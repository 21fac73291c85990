import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Behaviour } from '../../reference-worker/local/behaviour/index.ts';
import { sampleResult } from '../../reports/testing/sample-result.ts';
import { scenarios } from '../testing/scenarios.ts';
import { assertSame, fingerprintOf, shortOf, sourcesOf, uncommittedChanges } from './fingerprint.ts';

const { environment } = sampleResult();
const behaviour = Behaviour.parse({ latency: 'uk-eu' });
const same = { changes: 'none', sources: 'none' };
const one = fingerprintOf(environment, same, behaviour, scenarios.smoke);

test('equal blocks have equal fingerprints, and may be compared', () => {
  const other = fingerprintOf({ ...environment }, same, { ...behaviour }, { ...scenarios.smoke });

  expect(shortOf(other)).toBe(shortOf(one));
  expect(() => assertSame('Blocks 1 and 2', one, other)).not.toThrow();
});

test.each([
  ['commit', fingerprintOf({ ...environment, commit: 'fedcba' }, same, behaviour, scenarios.smoke)],
  [
    'uncommitted changes',
    fingerprintOf(environment, { ...same, changes: 'a1b2c3' }, behaviour, scenarios.smoke),
  ],
  [
    'sources of the system',
    fingerprintOf(environment, { ...same, sources: 'a1b2c3' }, behaviour, scenarios.smoke),
  ],
  ['CPU model', fingerprintOf({ ...environment, cpuModel: 'Other' }, same, behaviour, scenarios.smoke)],
  ['version of k6', fingerprintOf({ ...environment, k6Version: '3.0.0' }, same, behaviour, scenarios.smoke)],
  ['behaviour', fingerprintOf(environment, same, { ...behaviour, seed: 2 }, scenarios.smoke)],
  ['scenario', fingerprintOf(environment, same, behaviour, { ...scenarios.smoke, sizeBytes: 9e6 })],
])('another %s is refused by its name, and by nothing else', (name, other) => {
  expect(shortOf(other)).not.toBe(shortOf(one));
  expect(() => assertSame('Blocks 1 and 2', one, other)).toThrow(
    new RegExp(`^not_comparable: Blocks 1 and 2 differ in ${name} \\([^,]+, then [^,]+\\):`),
  );
});

test('a folder outside a repository has no uncommitted changes', () => {
  expect(uncommittedChanges(mkdtempSync(join(tmpdir(), 'no-repository-')))).toBe('none');
});

test('an edit of any source of the described system is seen, and what a program leaves behind is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'described-'));
  writeFileSync(join(folder, 'worker.ts'), 'export default {};');
  const before = sourcesOf(folder);
  mkdirSync(join(folder, '.wrangler', 'state'), { recursive: true });
  writeFileSync(join(folder, '.wrangler', 'state', 'db.sqlite'), 'rows');
  const afterRun = sourcesOf(folder);

  writeFileSync(join(folder, 'worker.ts'), 'export default { fetch() {} };');
  const edited = sourcesOf(folder);
  mkdirSync(join(folder, 'src', 'reports'), { recursive: true });
  writeFileSync(join(folder, 'src', 'reports', 'monthly.ts'), 'export {};');

  expect(afterRun).toBe(before);
  expect(edited).not.toBe(before);
  expect(sourcesOf(folder)).not.toBe(edited);
});
