import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSystem } from '../../reference-worker/target/index.ts';
import { CHECKS } from '../checks/index.ts';
import { readCheckMutations } from '../selftest/index.ts';
import { referencePage } from './reference-page.ts';
import { mutationsOfReferenceSystems } from './write.ts';

const mutations = await mutationsOfReferenceSystems();

test('CHECKS.md is what the registry says (npm run internal -- conformance:pages writes it)', () => {
  expect(readFileSync(join(import.meta.dirname, '..', 'CHECKS.md'), 'utf8')).toBe(
    referencePage(CHECKS, mutations),
  );
});

test('the README counts as many checks and mutations as there are', async () => {
  const root = join(import.meta.dirname, '..', '..');
  const readme = readFileSync(join(root, 'README.md'), 'utf8');

  expect(readme).toContain(`: ${CHECKS.length} checks,`);
  // Those that the command runs unless it is told another system.
  const ofFirst = readCheckMutations(await loadSystem({ system: 'shared-shards' }, root), CHECKS).mutations;
  expect(readme).toContain(`# ${ofFirst.length} Workers with a mutation each`);
});
