import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { givenTo } from '../../reports/command/given.testing.ts';
import { verbs } from '../verbs.ts';
import { readConformanceOptions } from './options.ts';
import { prepareRun } from './prepare.ts';

const folder = mkdtempSync(join(tmpdir(), 'prepare-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const tokens = file('tokens.json', '{"subject": {"account": "acme", "token": "secret"}}');
const keepsAll = file(
  'keeps-all.ts',
  `import { defineSystem } from '${join(import.meta.dirname, '../../reference-worker/target/index.ts')}';
  export default defineSystem({
    name: 'keeps-all', routes: { put: { method: 'PUT', path: '/:id' } }, resources: { things: {} },
    request: { identify: () => ({}) }, answer: () => ({ outcome: 'ok', documents: [] }),
  });`,
);
const optionsOf = (...more: string[]) =>
  readConformanceOptions(
    givenTo(verbs, 'conformance', ['--target', 'http://localhost:1', '--tokens', tokens, ...more]),
    [],
  );

test('a remote target that cannot delete is refused before anything is written, unless that is accepted', async () => {
  await expect(prepareRun(optionsOf('--config', keepsAll))).rejects.toThrow(
    /^cannot_clean_up: keeps-all has no route for delete, .* http:\/\/localhost:1 would stay .*--leave-documents/,
  );
  expect((await prepareRun(optionsOf('--config', keepsAll, '--leave-documents'))).name).toBe(
    'http://localhost:1',
  );
  expect((await prepareRun(optionsOf())).accounts).toHaveLength(1);
});

test('one resource that cannot be deleted is enough to refuse', async () => {
  const keepsOne = file(
    'keeps-one.ts',
    `import { defineSystem } from '${join(import.meta.dirname, '../../reference-worker/target/index.ts')}';
    export default defineSystem({
      name: 'keeps-one', resources: { things: {}, tags: { routes: { delete: false } } },
      routes: { put: { method: 'PUT', path: '/:id' }, delete: { method: 'DELETE', path: '/:id' } },
      request: { identify: () => ({}) }, answer: () => ({ outcome: 'ok', documents: [] }),
    });`,
  );

  await expect(prepareRun(optionsOf('--config', keepsOne))).rejects.toThrow(/^cannot_clean_up: keeps-one /);
});
