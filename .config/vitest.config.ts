import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');

const timeouts = { testTimeout: 60_000, hookTimeout: 60_000 };

/** Real k6 at work, found or built before: nothing else may run beside it, or the runs would rightly be void. */
const LOAD_TESTS = ['loadtest/mutations.test.ts', 'loadtest/proofs/verify-in-k6.test.ts'];

/** Whole commands and whole tables, minutes of them: not part of `npm test`, but of CI (`npm run test:proofs`). */
const PROOFS = [
  'reference-worker/shared-shards/move/prove-move.test.ts',
  '.config/package.test.ts',
  'conformance/testing/cabinet/cabinet.test.ts',
  'conformance/testing/drawn-worker/drawn-worker.test.ts',
  'conformance/testing/three-workers.test.ts',
  'conformance/checks/consistency/recordings.test.ts',
  'conformance/checks/limits/rows-of-a-list.test.ts',
  'conformance/checks/freshness/both-forms.test.ts',
  'conformance/conformance.test.ts',
  'conformance/foreign-bookmarks.test.ts',
  'conformance/guarantees/published.test.ts',
  'conformance/history/oracle/porcupine.test.ts',
  'conformance/selftest/prove.test.ts',
  'conformance/selftest/systematic/run-mutant.test.ts',
  'conformance/selftest/verdicts/verdicts.test.ts',
  'reference-worker/shared-shards/benchmark/seed-benchmark.test.ts',
  'fixtures/data-set/verify.test.ts',
  'fixtures/seed/cli.test.ts',
  'fixtures/seed/killed.test.ts',
  'fixtures/seed/three-ways.test.ts',
  'fixtures/sql-files/load*.test.ts',
  'loadtest/compare/neighbours/contract.test.ts',
  'loadtest/calibration/prove-calibration.test.ts',
  'loadtest/proofs/inspect.test.ts',
  'loadtest/prediction/stored-ladders.test.ts',
  'loadtest/remote/situations.test.ts',
  'loadtest/proofs/leak.test.ts',
  'reference-worker/content-sites/pages.browser.test.ts',
  'reference-worker/fleet/fleet.test.ts',
  'reference-worker/synced-settings/{crash,data}.test.ts',
  'reference-worker/fleet/remote.test.ts',
  'reference-worker/single-tenant/harm.test.ts',
  'reference-worker/local/benchmark/*.test.ts',
  'reference-worker/local/bundle/wranglers-bundle.test.ts',
  'reference-worker/local/kv-parity-at-length.test.ts',
  'reference-worker/local/sql-parity-at-length.test.ts',
  'reports/render/html/page.browser.test.ts',
  'reports/statistics/trials.test.ts',
];

/** The same, alone: with real k6, for the reason above; and what watches the folders that other proofs write to. */
const PROOFS_ALONE = [
  '.config/commands.test.ts',
  'loadtest/capacity.test.ts',
  'loadtest/compare/command.test.ts',
  'loadtest/compare/harm.test.ts',
  'loadtest/distributed/{pods,runner}.test.ts',
  'loadtest/generator/starved.test.ts',
  'loadtest/proofs/described-system.test.ts',
  'loadtest/proofs/generators.test.ts',
  'loadtest/proofs/other-system.test.ts',
  'loadtest/proofs/own-script.test.ts',
  'loadtest/proofs/plain-k6.test.ts',
  'loadtest/proofs/population.test.ts',
  'loadtest/proofs/remote.test.ts',
  'loadtest/proofs/stall.test.ts',
  'loadtest/proofs/three-workers.test.ts',
];

/** Runs of minutes that are held against each other: by hand, on a machine with nothing else to do (`npm run test:long`). */
const LONG_PROOFS = ['loadtest/proofs/{baseline,compare-targets}.test.ts'];

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
            '{.config,fixtures,migrations,reports,loadtest,conformance,reference-worker/local,reference-worker/target}/**/*.test.ts',
            'reference-worker/shared-shards/{*,{benchmark,data,move}/**/*}.test.ts',
            'reference-worker/{content-sites,fleet,probe,single-tenant,synced-settings}/**/*.test.ts',
          ],
          exclude: [...LOAD_TESTS, ...PROOFS, ...PROOFS_ALONE, ...LONG_PROOFS],
          maxWorkers: 2,
          // Each file would load the same modules again, which took a third of the time of all; none changes a module.
          isolate: false,
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
      {
        root,
        test: {
          ...timeouts,
          name: 'proofs-alone',
          globalSetup: [join(root, 'loadtest', 'prepare-k6.ts')],
          include: PROOFS_ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 3 },
        },
      },
      {
        root,
        test: {
          ...timeouts,
          name: 'long-proofs',
          globalSetup: [join(root, 'loadtest', 'prepare-k6.ts')],
          include: LONG_PROOFS,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
      join(root, 'reference-worker/shared-shards/vitest.config.ts'),
    ],
  },
});
