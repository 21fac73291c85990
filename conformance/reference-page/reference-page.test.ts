import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { system } from '../../reference-worker/shared-shards/system.ts';
import { CHECKS } from '../checks/index.ts';
import { readCheckMutations } from '../selftest/index.ts';
import { referencePage } from './reference-page.ts';

const { mutations } = readCheckMutations(system, CHECKS);

test('CHECKS.md is what the registry says (npm run internal -- conformance:pages writes it)', () => {
  expect(readFileSync(join(import.meta.dirname, '..', 'CHECKS.md'), 'utf8')).toBe(
    referencePage(CHECKS, mutations),
  );
});

test('the README counts as many checks and mutations as there are', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

  expect(readme).toContain(`: ${CHECKS.length} checks,`);
  expect(readme).toContain(`# ${mutations.length} Workers with a mutation each`);
});
