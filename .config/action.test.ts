import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, textOf } from './tracked-files.ts';

const ACTION = '.github/actions/conformance/action.yml';

/** What is wrong with a composite action, as far as GitHub would say so only in a workflow that uses it. */
function faultsOf(action: string): string[] {
  const declared = [
    ...(/^inputs:\n((?: {2}.*\n)*)/m.exec(action)?.[1] ?? '').matchAll(/^ {2}([\w-]+):$/gm),
  ].map(([, name = '']) => name);
  const used = new Set([...action.matchAll(/\$\{\{ inputs\.([\w-]+) \}\}/g)].map(([, name = '']) => name));
  const steps = action.split(/^ {4}- /m).slice(1);
  const lacks = (step: string, field: string): boolean => !new RegExp(`^ *${field}: \\S`, 'm').test(step);
  return [
    ...(/^runs:\n {2}using: composite\n {2}steps:$/m.test(action) ? [] : ['runs no steps']),
    ...(/\t| +$/m.test(action) ? ['has a tab, or blanks at the end of a line'] : []),
    ...['name', 'description'].filter((field) => !new RegExp(`^${field}: \\S`, 'm').test(action)),
    ...declared.filter((name) => !used.has(name)).map((name) => `declares ${name} and does not use it`),
    ...[...used]
      .filter((name) => !declared.includes(name))
      .map((name) => `uses ${name} and does not declare it`),
    ...steps
      .filter((step) => lacks(step, 'run') === lacks(step, 'uses'))
      .map(() => 'a step without run or uses'),
    // docs.github.com/actions/reference/workflows-and-actions/metadata-syntax, runs.steps[*].shell
    ...steps
      .filter((step) => !lacks(step, 'run') && lacks(step, 'shell'))
      .map(() => 'a step without its shell'),
    ...[...action.matchAll(/^ {2}([\w-]+):\n(?: {4}.*\n)*/gm)]
      .filter(([text, name = '']) => declared.includes(name) && !/^ {4}default: /m.test(text))
      .map(([, name]) => `${name} has no default`),
  ];
}

describe('the action', () => {
  test('has the shape of a composite action, and uses the inputs that it declares', () => {
    expect(faultsOf(textOf(ACTION))).toEqual([]);
  });

  test.each([
    ['an input of another name', 'inputs.artifact', 'inputs.artefact', 'uses artefact'],
    ['a step without a shell', '      shell: bash\n', '', 'without its shell'],
    ['a step that does nothing', '      run: npx', '      ran: npx', 'without run or uses'],
    ['an input without a default', '    default: .\n', '', 'working-directory has no default'],
    ['no steps', 'using: composite', 'using: docker', 'runs no steps'],
  ])('would be refused for %s', (_, from, to, fault) => {
    const action = textOf(ACTION);

    expect(action).toContain(from);
    expect(faultsOf(action.replace(from, to)).join()).toContain(fault);
  });

  test('is used by ten lines of the README, from where the package has it', () => {
    const [, workflow = ''] = /```yaml\n(.*?)```/s.exec(textOf('README.md')) ?? [];
    const [, path = ''] = /uses: \.\/node_modules\/shardproof\/(.+)\n$/.exec(workflow) ?? [];

    expect(workflow.trimEnd().split('\n')).toHaveLength(10);
    expect(existsSync(join(root, path, 'action.yml'))).toBe(true);
    expect(JSON.parse(textOf('package.json')).files).toContain('.github/actions');
  });
});

test('the README takes five minutes: 5 KB at most', () => {
  expect(Buffer.byteLength(textOf('README.md'))).toBeLessThanOrEqual(5_120);
});
