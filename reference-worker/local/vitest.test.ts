import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { useWorker } from './vitest.ts';

const entry = join(import.meta.dirname, 'testing', 'counter.ts');
const suiteFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('shardproof-suite-'));

describe('a suite', () => {
  const worker = useWorker({ entry });
  const whileDeclared = suiteFolders();

  test('makes no folder while it is declared, for its tests may all be left out', () => {
    expect(whileDeclared).toEqual([]);
  });

  test('has its Worker and one folder while its tests run', () => {
    expect(worker.platform.deployments).toHaveLength(1);
    expect(suiteFolders()).toHaveLength(1);
  });
});

test('leaves no folder when it has ended', () => {
  expect(suiteFolders()).toEqual([]);
});
