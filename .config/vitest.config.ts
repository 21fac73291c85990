import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '..');

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
          name: 'node',
          globalSetup: [join(root, 'loadtest', 'prepare-k6.ts')],
          include: [
            '{.config,fixtures,migrations,reports,loadtest,conformance,reference-worker/local}/**/*.test.ts',
          ],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      join(root, 'reference-worker/vitest.config.ts'),
    ],
  },
});
