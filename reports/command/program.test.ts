import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { decimal, fromCaller, programOf, readFlags, runCommand, wholeNumber } from './index.ts';

let said = '';
beforeEach(() => {
  said = '';
  const keep = (text: unknown): boolean => {
    said += text;
    return true;
  };
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(console, 'error').mockImplementation(keep);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

const Flags = z.strictObject({ sessions: wholeNumber(1, 20_000), wholeShare: decimal(0, 5) });
const read = (...argv: string[]) =>
  readFlags(
    programOf({ name: 'measure', does: 'Measures.', help: 'Exit codes: 0 done.' })
      .option('--sessions <n>', 'at once', '5')
      .option('--whole-share <n>', 'of all', '0.5'),
    argv,
    Flags,
  );

describe('a command line', () => {
  test('is read with its defaults', () => {
    expect(read()).toEqual({ sessions: 5, wholeShare: 0.5 });
    expect(read('--sessions', '20000', '--whole-share', '0')).toEqual({ sessions: 20_000, wholeShare: 0 });
  });

  test.each([
    [['--sessions', '-5'], '--sessions: must be a whole number from 1 to 20,000, not "-5".'],
    [['--sessions', '1.5'], '--sessions: must be a whole number from 1 to 20,000, not "1.5".'],
    [['--sessions', '20001'], '--sessions: must be a whole number from 1 to 20,000'],
    [['--sessions', ''], '--sessions: must be a whole number'],
    [['--whole-share', '6'], '--whole-share: must be a number from 0 to 5, not "6".'],
    [['--whole-share', 'NaN'], '--whole-share: must be a number from 0 to 5'],
    [['--sesions', '5'], "unknown option '--sesions'"],
    [['now'], 'too many arguments'],
  ])('%j is refused by name, with the next step and exit code 4', async (argv, words) => {
    await runCommand(async () => read(...argv).sessions, { known: [] });

    expect(said).toContain(words);
    expect(said).toContain('See npm run measure -- --help.');
    expect(process.exitCode).toBe(4);
  });

  test('--help says what it does, and is no error', async () => {
    await runCommand(async () => read('--help').sessions, { known: [] });

    expect(said).toMatch(/Usage: measure.*Measures\..*--sessions.*Exit codes: 0 done\./s);
    expect(process.exitCode).toBe(0);
  });
});

describe('an error ends a command', () => {
  class Known extends Error {
    readonly code: string;
    constructor(code: string) {
      super(`${code}: known.`);
      this.code = code;
    }
  }
  const system = (code: string): Error =>
    Object.assign(new Error(`${code}: refused, open '/x'`), { code, path: '/x' });

  test.each<[string, Error, number, string]>([
    ['a refusal', new Known('bad_option'), 4, 'bad_option: known.'],
    ['a failure of the work', new Known('failed'), 1, 'failed: known.'],
    ['a folder that is not writable', system('EACCES'), 4, 'not_writable: EACCES: refused'],
    ['a file in the place of a folder', system('ENOTDIR'), 4, 'not_writable: ENOTDIR'],
    ['a full disk', system('ENOSPC'), 3, 'disk_full: ENOSPC'],
    ['an error that nobody foresaw', new TypeError('x is not a function'), 3, 'TypeError: x is not'],
    ['what commander has said', new CommanderError(1, 'commander.error', 'said'), 4, ''],
  ])('%s', async (_, error, exitCode, words) => {
    await runCommand(() => Promise.reject(error), { known: [Known], failures: ['failed'] });

    expect(process.exitCode).toBe(exitCode);
    expect(said).toContain(words);
    if (exitCode === 4) expect(said).not.toContain('    at ');
  });

  test('that Ctrl-C caused has the exit code of that', async () => {
    await runCommand(() => Promise.reject(new Known('interrupted')), {
      known: [Known],
      signal: AbortSignal.abort(),
      interruptedExitCode: 130,
    });

    expect(process.exitCode).toBe(130);
  });
});

test('a path is meant from where npm was called', () => {
  expect(fromCaller('plan.json', { INIT_CWD: '/home/me' })).toBe('/home/me/plan.json');
  expect(fromCaller('/plan.json', { INIT_CWD: '/home/me' })).toBe('/plan.json');
  expect(fromCaller('plan.json', {})).toBe(`${process.cwd()}/plan.json`);
});
