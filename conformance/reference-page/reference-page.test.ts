import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKS } from '../checks/registry.ts';
import { DEFECTS } from '../defects/catalogue.ts';
import { referencePage } from './reference-page.ts';

test('CHECKS.md is what the registry says (npm run conformance:pages writes it)', () => {
  expect(readFileSync(join(import.meta.dirname, '..', 'CHECKS.md'), 'utf8')).toBe(
    referencePage(CHECKS, DEFECTS),
  );
});

test('the README counts as many checks and planted defects as there are', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

  expect(readme).toContain(`: ${CHECKS.length} checks,`);
  expect(readme).toContain(`# ${DEFECTS.length} Workers with a planted defect each`);
});
