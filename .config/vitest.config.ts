import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');

const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };

/** Real k6 at work: nothing else may run beside it, or the runs would rightly be void. */
const LOAD_TESTS = ['loadtest/capacity.test.ts', 'loadtest/planted-defects.test.ts'];

/** Whole commands and whole tables, minutes of them: not part of `npm test`, but of CI (`npm run test:proofs`). */
const PROOFS = [
  'conformance/checks/consistency/recordings.test.ts',
  'conformance/guarantees/published.test.ts',
  'fixtures/benchmark/seed-benchmark.test.ts',
  'fixtures/seed/killed.test.ts',
  'fixtures/sql-files/load*.test.ts',
  'reference-worker/local/benchmark/*.test.ts',
];

/** Two worlds: everything that runs in Node, and the Worker's tests, which run inside workerd. */
export default defineConfig({
  root,
  test: {
    // Expected warnings are noise in a green run and evidence in a red one.
    silent: 'passed-only',
    globalSetup: [join(import.meta.dirname, 'scratch.ts')],
    reporters: ['default', join(import.meta.dirname, 'closing-line.ts')],
    projects: [
      {
        root,
        test: {
          ...timeouts,
          name: 'node',
          include: [
            '{.config,fixtures,migrations,reports,loadtest,conformance,reference-worker/local}/**/*.test.ts',
          ],
          exclude: [...LOAD_TESTS, ...PROOFS],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        root,
        test: {
          ...timeouts,
          name: 'load',
          globalSetup: [join(root, 'loadtest', 'prepare-k6.ts')],
          include: LOAD_TESTS,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: { ...timeouts, name: 'proofs', include: PROOFS, maxWorkers: 2, sequence: { groupOrder: 2 } },
      },
      join(root, 'reference-worker/vitest.config.ts'),
    ],
  },
});
