import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { historyOfKey } from '../history.ts';
import { GUARANTEES, toKnossosEdn } from '../index.ts';
import { historyOf } from '../notation.testing.ts';
import { histories } from './random-history.testing.ts';

/**
 * Our histories, in Knossos' form, before a checker that others wrote (github.com/anishathalye/porcupine). It is told values
 * only and no versions, so it knows less: what it finds wrong, one of our guarantees must be broken by; what it takes for
 * right may still be wrong by its versions.
 */
const hasGo = spawnSync('go', ['version']).status === 0;
const [SEED, COUNT] = [7, 4_000];

describe.skipIf(!hasGo)('porcupine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shardproof-porcupine-'));
  const program = join(folder, 'porcupine');

  beforeAll(() => {
    execFileSync('go', ['build', '-o', program, '.'], { cwd: join(import.meta.dirname, 'porcupine') });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const areLinearizable = (texts: readonly string[]): boolean[] => {
    const answers = execFileSync(program, {
      input: texts.map((text) => `${text}.\n`).join(''),
      encoding: 'utf8',
    });
    return answers
      .trimEnd()
      .split('\n')
      .map((answer) => answer === 'linearizable');
  };

  test.each([
    ['a write and its read', 'A w x1\nB r x1', true],
    ['an old value after a new one was acknowledged', 'A w x1\nA w x2\nB r x1', false],
    ['a lost write that happens late', 'A w? x\nB r x0\nB r x1=x@0', true],
    ['a lost deletion that comes and goes', 'A w x1\nB d? x\nA r x0\nA r x1', false],
    ['two creates that were both acknowledged', 'A c x1\nB c x2', false],
    ['a create after a deletion', 'A c x1\nA d x2\nB c x3\nB r x3', true],
    ['a refused write', 'A w! x\nB r x0', true],
  ])('judges %s', (_, text, expected) => {
    expect(areLinearizable([toKnossosEdn(historyOf(text), 'x')])).toEqual([expected]);
  });

  test(`finds nothing in ${COUNT} random histories that breaks none of our guarantees`, () => {
    const parts = fc
      .sample(histories, { seed: SEED, numRuns: COUNT })
      .map((drawn) => historyOfKey(drawn, 'x'));
    const judged = areLinearizable(parts.map((part) => toKnossosEdn(part, 'x')));
    const isKept = parts.map((part) => GUARANTEES.every(({ check }) => check(part) === undefined));

    expect(judged).toHaveLength(COUNT);
    expect(parts.filter((_, nth) => isKept[nth] && !judged[nth])).toEqual([]);
    // Both answers must be common, or the comparison says little.
    expect(judged.filter((isRight) => !isRight).length).toBeGreaterThan(COUNT / 10);
    expect(isKept.filter(Boolean).length).toBeGreaterThan(COUNT / 4);
  });
});
