import { expect, test } from 'vitest';
import { BUILT_ANSWER, BUILT_WORKER } from '../testing/built-worker.ts';
import { answerOf, projectOf, startProject } from '../testing/project.ts';

const MODULES = {
  'wrangler.jsonc': {
    name: 'modules',
    main: 'src/index.js',
    compatibility_date: '2026-10-20',
    no_bundle: true,
    rules: [{ type: 'ESModule', globs: ['**/*.js'] }],
  },
  'src/index.js': `import { next } from './lib/counter.js';
import text from './lib/text.txt';
export default { fetch: () => Response.json([next(), text]) };`,
  'src/lib/counter.js': 'let count = 0;\nexport const next = () => { count += 1; return count; };',
  'src/lib/text.txt': 'a text',
};

test('what wrangler bundles does what we bundle', async () => {
  const asWrangler = { ...BUILT_WORKER['wrangler.jsonc'], find_additional_modules: true };

  expect(await answerOf(projectOf({ ...BUILT_WORKER, 'wrangler.jsonc': asWrangler }))).toEqual(BUILT_ANSWER);
});

test('modules that are uploaded as they are keep what they hold to their isolate', async () => {
  const { ask, platform } = await startProject(projectOf(MODULES), {
    behaviour: { isolatesPerPop: 1, coldStarts: { LHR: 1 } },
  });

  expect([await ask(), await ask()]).toEqual([
    [1, 'a text'],
    [2, 'a text'],
  ]);
  await platform.control.setFaults([{ id: 'cold', kind: 'cold-isolate', pop: 'LHR' }]);
  expect(await ask()).toEqual([1, 'a text']);
});

test("modules of Node that an older workerd lacks are wrangler's", async () => {
  const folder = projectOf({
    'wrangler.jsonc': {
      name: 'older',
      main: 'index.ts',
      compatibility_date: '2025-03-01',
      compatibility_flags: ['nodejs_compat'],
    },
    'index.ts': `import { existsSync } from 'fs';
import { hostname } from 'node:os';
export default { fetch: () => Response.json([typeof existsSync, typeof hostname, typeof process.nextTick]) };`,
  });

  expect(await answerOf(folder)).toEqual(['function', 'function', 'function']);
});

test('what wrangler cannot bundle is told in its words', async () => {
  const folder = projectOf({
    ...MODULES,
    'wrangler.jsonc': { ...MODULES['wrangler.jsonc'], no_bundle: false, find_additional_modules: true },
    'src/index.js': `import missing from './missing.js';\nexport default { fetch: () => new Response(missing) };`,
  });

  await expect(answerOf(folder)).rejects.toThrow(/worker_does_not_build: .*missing\.js/s);
});
