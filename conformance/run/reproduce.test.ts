import { expect, test } from 'vitest';
import { reproduceCommand } from './reproduce.ts';

test('the command names what the run was made with, and leaves out what is so anyway', () => {
  expect(reproduceCommand({ seed: 1, effort: 'full' }, [])).toBe('npm run conformance -- --seed 1');
  expect(
    reproduceCommand(
      { seed: 4, effort: 'fast', entry: 'my worker/index.ts', adapter: 'a.ts' },
      ['cache/x'],
      '--path 1:0',
    ),
  ).toBe(
    "npm run conformance -- --only cache/x --seed 4 --effort fast --entry 'my worker/index.ts' --adapter a.ts --path 1:0",
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
