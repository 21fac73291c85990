import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { loadSystem, MutationError } from '../../reference-worker/target/index.ts';
import { programOf, readFlags, runCommand } from '../../reports/command/index.ts';
import { CHECKS } from '../checks/registry.ts';
import { readCheckMutations } from '../selftest/mutations.ts';
import { referencePage } from './reference-page.ts';

/** `npm run conformance:pages`: writes conformance/CHECKS.md from the registry. */

const program = programOf({
  name: 'conformance:pages',
  does: 'Writes conformance/CHECKS.md: what each check claims, and what it needs.',
  help: `Examples:
  npm run conformance:pages

Exit codes: 0 written, 3 it broke down, 4 nothing was started: usage, or a page that may not be written.`,
});

await runCommand(
  async () => {
    readFlags(program, process.argv.slice(2), z.strictObject({}));
    const { mutations } = readCheckMutations(
      await loadSystem({ system: 'shared-shards' }, import.meta.dirname),
      CHECKS,
    );
    writeFileSync(join(import.meta.dirname, '..', 'CHECKS.md'), referencePage(CHECKS, mutations));
    return 0;
  },
  { known: [MutationError] },
);
