import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runnersOf } from '../testing/runner-results.ts';
import { packResult, type RunnerResult, readRunnerResult } from './runner-result.ts';

const folder = mkdtempSync(join(tmpdir(), 'packed-'));
const LOAD = { id: 'one', sha256: 'f'.repeat(64) };

const written = (name: string, result: RunnerResult): string => {
  const file = join(folder, name);
  writeFileSync(file, packResult(result));
  return file;
};

describe('the result of a runner', () => {
  test('lose nothing on the way, and take some kilobytes', () => {
    const [runner] = runnersOf(LOAD, 4);
    if (!runner) throw new Error('no runner');
    const file = written('one.txt', runner);

    const read = readRunnerResult(file);

    expect(read.samples.seconds).toEqual(runner.samples.seconds);
    expect(read.surroundings).toEqual(runner.surroundings);
    const [hold, there] = [read, runner].map(({ samples }) => samples.phases.get('hold')?.histogram);
    expect(hold?.getValueAtPercentile(99)).toBe(there?.getValueAtPercentile(99));
    expect(readFileSync(file).byteLength).toBeLessThan(25_000);
  });

  test('are found in the log of a container, among the lines of others', () => {
    const [runner] = runnersOf(LOAD, 1);
    if (!runner) throw new Error('no runner');
    const file = join(folder, 'pod.log');
    writeFileSync(file, `time="10:00" level=warning msg="Request Failed"\n\n${packResult(runner)}bye\n`);

    expect(readRunnerResult(file).segment).toEqual({ index: 0, of: 1 });
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ['is not there', () => 'killed\n', /^runner_result_missing: .* no result of a runner/],
    ['is there twice', (text) => text + text, /^runner_result_missing: .* 2 results of runners/],
    ['was cut off', (text) => text.slice(0, text.length / 2), /^runner_result_broken/],
    ['has a digit turned', (text) => text.replace(/[A-M]/g, 'N'), /^runner_result_broken/],
  ])('one that %s is refused', (_, change, message) => {
    const [runner] = runnersOf(LOAD, 1);
    if (!runner) throw new Error('no runner');
    const file = join(folder, 'changed.txt');
    writeFileSync(file, change(packResult(runner)));

    expect(() => readRunnerResult(file)).toThrow(message);
  });
});
