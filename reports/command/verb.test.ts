import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import {
  badOption,
  CommandError,
  decimal,
  type Ending,
  errorsOf,
  fromCaller,
  readOptions,
  runVerb,
  spelledAsCalled,
  type Verb,
  wholeNumber,
} from './index.ts';

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
const flags = vi.fn();
const measure: Verb = {
  name: 'measure',
  does: 'Measures.',
  help: `Examples:
  shardproof measure                 all
  shardproof measure --sessions 5    a few

Exit codes: 0 done.`,
  declare: (program) =>
    program.option('--sessions <n>', 'at once', '5').option('--whole-share <n>', 'of all', '0.5'),
  run: async ({ given }) => {
    flags(readOptions(Flags, given));
    return 7;
  },
};
const failing = (error: Error, more: Partial<Verb> = {}): Verb => ({
  ...measure,
  ...more,
  run: () => Promise.reject(error),
});

describe('a command line', () => {
  test('is read with its defaults, and the verb gives the exit code', async () => {
    await runVerb(measure, []);
    await runVerb(measure, ['--sessions', '20000', '--whole-share', '0']);

    expect(flags.mock.calls).toEqual([
      [{ sessions: 5, wholeShare: 0.5 }],
      [{ sessions: 20_000, wholeShare: 0 }],
    ]);
    expect(process.exitCode).toBe(7);
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
    await runVerb(measure, argv);

    expect(said).toContain(words);
    expect(said).toContain('See npm run measure -- --help.');
    expect(process.exitCode).toBe(4);
  });

  test('--help says what it does, and is no error', async () => {
    await runVerb(measure, ['--help']);

    expect(said).toMatch(/Usage: shardproof measure.*Measures\..*--sessions.*Exit codes: 0 done\./s);
    expect(process.exitCode).toBe(0);
  });

  test('is shown as it was called, its columns where they were', () => {
    const help = `${measure.help}\n                                   of them`;

    expect(spelledAsCalled(help)).toContain(
      '  npm run measure                    all\n  npm run measure -- --sessions 5    a few\n',
    );
    expect(spelledAsCalled(help, true)).toMatch(
      /^ {2}npx shardproof measure {17}all\n {2}npx shardproof measure --sessions 5 {4}a few\n.*\n {39}of them$/ms,
    );
  });
});

describe('a verb of several parts', () => {
  const store = {
    name: 'store',
    does: 'Stores.',
    parts: [
      { ...measure, name: 'file' },
      { ...measure, name: 'check', run: () => Promise.resolve(9) },
    ],
  };

  test('means the first where none is named', async () => {
    await runVerb(store, ['--sessions', '6']);
    expect(process.exitCode).toBe(7);

    await runVerb(store, ['check']);
    expect(process.exitCode).toBe(9);
  });

  test('names its parts to whoever asks for another', async () => {
    await runVerb(store, ['foo']);

    expect(said).toContain("there is no command 'foo'; there are file, check");
    expect(process.exitCode).toBe(4);
  });
});

describe('an error ends a command', () => {
  const system = (code: string): Error =>
    Object.assign(new Error(`${code}: refused, open '/x'`), { code, path: '/x' });

  test.each<[string, Error, number, string]>([
    ['a bad option', badOption('users', 'are too few'), 4, 'bad_option: --users: are too few. See npm run'],
    ['a folder that is not writable', system('EACCES'), 4, 'not_writable: EACCES: refused'],
    ['a file in the place of a folder', system('ENOTDIR'), 4, 'not_writable: ENOTDIR'],
    ['a full disk', system('ENOSPC'), 3, 'disk_full: ENOSPC'],
    ['an error that nobody foresaw', new TypeError('x is not a function'), 3, 'TypeError: x is not'],
  ])('%s', async (_, error, exitCode, words) => {
    await runVerb(failing(error), []);

    expect(process.exitCode).toBe(exitCode);
    expect(said).toContain(words);
    if (exitCode === 4) expect(said).not.toContain('    at ');
  });

  test.each<[Ending, number, boolean]>([
    ['refused', 4, true],
    ['failed', 1, true],
    ['unknown', 1, false],
    ['void', 3, true],
  ])('as its room has declared: %s', async (ending, exitCode, isDefinite) => {
    const RoomError = errorsOf('RoomError', { known: ending });
    const error = new RoomError('known', 'It is known. Do something.');

    await runVerb(failing(error), []);

    expect(error).toMatchObject({ name: 'RoomError', code: 'known', isDefinite });
    expect(error).toBeInstanceOf(CommandError);
    expect(said).toBe('known: It is known. Do something.');
    expect(process.exitCode).toBe(exitCode);
  });

  test('with the exit code of the verb where nobody foresaw it', async () => {
    await runVerb(failing(new TypeError('x'), { brokenExitCode: 1 }), []);

    expect(process.exitCode).toBe(1);
  });

  test('with the exit code of Ctrl-C where that was the cause', async () => {
    const interrupted = {
      ...measure,
      interrupted: 'nothing was measured',
      run: async ({ signal }: { signal: AbortSignal }) => {
        process.emit('SIGINT');
        signal.throwIfAborted();
        return 0;
      },
    };

    await runVerb(interrupted, []);
    process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM');

    expect(said).toBe('interrupted: stopping; nothing was measured.');
    expect(process.exitCode).toBe(130);
  });
});

test('a path is meant from where npm was called', () => {
  expect(fromCaller('plan.json', { INIT_CWD: '/home/me' })).toBe('/home/me/plan.json');
  expect(fromCaller('/plan.json', { INIT_CWD: '/home/me' })).toBe('/plan.json');
  expect(fromCaller('plan.json', {})).toBe(`${process.cwd()}/plan.json`);
});
