import { describe, expect, test } from 'vitest';
import { forbiddenIn, pastTarget, withoutFolder } from './dependencies.ts';
import {
  circlesIn,
  definedTwice,
  importsOf,
  packagesOf,
  pastTheIndex,
  type Sources,
  wouldFitInTheirImporter,
} from './imports.ts';
import { coinedWordsIn, type Domain, domainWordsIn, schemaWordsIn } from './words.ts';

/** Each rule of the house is shown a source that breaks it. */

const domain: Domain = {
  resources: ['clients', 'users'],
  fields: ['surname'],
  accounts: ['acme'],
  prefix: '/v1',
  ...schemaWordsIn('CREATE TABLE account (\n  id TEXT,\n  db_shard_id TEXT NOT NULL\n)'),
};

describe('it is seen that', () => {
  test('a folder imports what it may not', () => {
    const wrong: Sources = new Map([
      ['reference-worker/shared-shards/src/a.ts', "import { x } from '../../../fixtures/ids.ts';"],
      ['fixtures/a.ts', "import type { x } from '../loadtest/plan.ts';"],
      ['loadtest/k6/a.ts', "import {\n  x,\n} from '../../fixtures/ids.ts';"],
      ['fixtures/b.ts', "new Worker(new URL('../conformance/thread.ts', import.meta.url))"],
      ['reference-worker/another/a.ts', "import { x } from '../local/index.ts';"],
      ['reports/command/a.ts', "export * from '../format.ts';\nawait import('../schema/index.ts');"],
    ]);

    expect(forbiddenIn(wrong)).toEqual([
      'reference-worker/shared-shards/src/a.ts -> fixtures/ids.ts',
      'fixtures/a.ts -> loadtest/plan.ts',
      'fixtures/b.ts -> conformance/thread.ts',
      'reports/command/a.ts -> reports/format.ts',
      'reports/command/a.ts -> reports/schema/index.ts',
    ]);
    expect(withoutFolder(wrong)).toEqual(['reference-worker/another/a.ts']);
  });

  test('a Worker is reached past target', () => {
    const source = "import { startPlatform } from '../reference-worker/local/index.ts';\nawait fetch(url);";

    expect(pastTarget(new Map([['loadtest/a.ts', source]]))).toEqual([
      'loadtest/a.ts -> reference-worker/local/index.ts',
      'loadtest/a.ts -> await fetch(',
    ]);
  });

  test('a folder is entered past its index, and that sources import one another in a circle', () => {
    const wrong = importsOf(
      new Map([
        ['a/one.ts', "import type { two } from '../b/two.ts';"],
        ['b/two.ts', "import { three } from './three.ts';"],
        ['b/three.ts', "import { one } from '../a/index.ts';"],
        ['a/index.ts', "export * from './one.ts';"],
      ]),
    );

    expect(pastTheIndex(wrong)).toEqual(['a/one.ts -> b/two.ts']);
    expect(
      pastTheIndex(
        new Map([
          ['loadtest/k6/a.ts', ['fixtures/generator/random.ts', 'fixtures/size.ts']],
          ['fixtures/a.ts', ['fixtures/generator/random.ts']],
        ]),
      ),
    ).toEqual(['loadtest/k6/a.ts -> fixtures/size.ts', 'fixtures/a.ts -> fixtures/generator/random.ts']);
    expect(circlesIn(wrong)).toEqual([['a/index.ts', 'a/one.ts', 'b/three.ts', 'b/two.ts']]);
  });

  test('a small part stands alone', () => {
    const small: Sources = new Map([
      ['a/user.ts', "import { x } from './x.ts';\nimport { y } from './y.ts';"],
      ['a/x.ts', 'export const x = 1;'],
      ['a/y.ts', 'export const y = 1;'],
      ['a/another.ts', "import { y } from './y.ts';"],
    ]);

    expect(wouldFitInTheirImporter(small, importsOf(small))).toEqual(['a/x.ts']);
  });

  test('a command loads more than it needs', () => {
    const heavy: Sources = new Map([
      [
        'a/verbs.ts',
        "import {\n  x,\n} from './x.ts';\nimport type { y } from 'ora';\nawait import('echarts');",
      ],
      ['a/x.ts', "import { z } from 'zod';\nimport { join } from 'node:path';\nexport * from '../b/x.ts';"],
      ['b/x.ts', "import 'miniflare';"],
    ]);

    expect(packagesOf(heavy, 'a/verbs.ts')).toEqual(['miniflare', 'zod']);
  });

  test('two files export one name', () => {
    const wrong: Sources = new Map([
      ['a/one.ts', 'export interface Plan {}\nexport const only = 1;'],
      ['b/two.ts', 'export const Plan = 1;\nexport type Plan = 1;'],
    ]);

    expect(definedTwice(wrong)).toEqual(['a/one.ts: Plan, also in b/two.ts']);
  });

  test('a word is our own, within a name, too', () => {
    expect(coinedWordsIn('const virtualWorld = plantedDefect(THE_DESK);')).toEqual([
      'world',
      'planted',
      'desk',
    ]);
    expect(coinedWordsIn('The data plane, a benchmark, and an alarm: dataPlane.')).toEqual([]);
    expect(coinedWordsIn('The utilisation law; "a cautionary tale"; a law of ours, a tale.')).toEqual([
      'law',
      'tale',
    ]);
  });

  test('the engine knows a word of a domain', () => {
    expect(domainWordsIn("get(`/v1/clients?surname=x`, 'acme')", domain)).toEqual([
      'clients',
      'acme',
      'surname',
      '/v1',
    ]);
    expect(domainWordsIn('{ users: 4_000 } // of its clients', domain)).toEqual([]);
    expect(domainWordsIn("badOption('users', why); fact = { unit: 'users' }", domain)).toEqual([]);
    expect(domainWordsIn("{ resource: 'users' }", domain)).toEqual(['users']);
    expect(domainWordsIn("'UPDATE account SET db_shard_id = ?' // an account", domain)).toEqual([
      'db_shard_id',
      'account',
    ]);
  });
});
