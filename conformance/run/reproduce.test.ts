import { expect, test } from 'vitest';
import { optionsOf } from '../../reports/command/given.testing.ts';
import { verbs } from '../verbs.ts';
import { reproduceCommand } from './reproduce.ts';

test('the command names what the run was made with, and leaves out what is so anyway', () => {
  expect(reproduceCommand({ seed: 1, effort: 'full' }, [])).toBe('npm run conformance -- --seed 1');
  expect(
    reproduceCommand(
      { seed: 4, effort: 'fast', entry: 'my worker/index.ts', config: 'a.ts' },
      ['cache/x'],
      '--path 1:0',
    ),
  ).toBe(
    "npm run conformance -- --only cache/x --seed 4 --effort fast --config a.ts --entry 'my worker/index.ts' --path 1:0",
  );
});

test('a run that was allowed to leave documents is allowed to again', () => {
  const options = {
    seed: 1,
    effort: 'full',
    target: 'https://x',
    tokens: 't',
    leaveDocuments: true,
  } as const;
  expect(reproduceCommand(options, [])).toMatch(/ --leave-documents$/);
});

test('a run that continued a path repeats it', () => {
  expect(reproduceCommand({ seed: 1, effort: 'full', path: '2:1' }, ['cache/x'])).toContain('--path 2:1');
});

test('every option that shapes a run survives into the command', () => {
  const names = {
    system: 's',
    config: 'c.ts',
    entry: 'e.ts',
    mutation: 'd',
    target: 'https://x',
    tokens: 't',
  };
  const command = reproduceCommand({ seed: 4, effort: 'fast', path: '1:0', leaveDocuments: true, ...names }, [
    'cache/x',
  ]);

  // --runs repeats by itself and --list runs nothing: the command is of the run that the report shows.
  const shaping = optionsOf(verbs, 'conformance').filter((option) => !['--runs', '--list'].includes(option));

  expect(shaping.length).toBeGreaterThan(9);
  expect(shaping.filter((option) => !command.includes(`${option} `) && !command.endsWith(option))).toEqual(
    [],
  );
});
