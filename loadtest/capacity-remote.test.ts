import { describe, expect, test } from 'vitest';
import { givenTo } from '../reports/command/given.testing.ts';
import { capacityOfTarget, givenOfTarget } from './capacity-remote.ts';
import { subjectOf } from './system.ts';
import { system } from './testing/reference.ts';
import { verbs } from './verbs.ts';

const given = (...argv: readonly string[]) => givenOfTarget(givenTo(verbs, 'capacity', argv));
const TARGET = ['--target', 'http://127.0.0.2:1'];

describe('a load of a deployed Worker', () => {
  test('is one with a target, and has only what goes there', () => {
    expect(given()).toBeUndefined();
    expect(given(...TARGET, '--users', '60', '--budget', '900')).toEqual({
      ...{ target: 'http://127.0.0.2:1', users: '60', budget: '900', scenario: 'steady' },
    });
  });

  test.each([
    [['--budget', '5'], /^bad_option: --budget: .* give --target as well/],
    [['--leave-documents'], /^bad_option: --leave-documents: .* give --target as well/],
    [[...TARGET, '--kv'], /^bad_option: --kv: only the platform on this machine/],
    [[...TARGET, '--latency', 'uk-eu'], /^bad_option: --latency: /],
    [[...TARGET, '--generators', '2'], /^bad_option: --generators: /],
    [[...TARGET, '--tenants', 'a.json'], /^bad_option: --tenants: /],
  ])('%j is refused', (argv, message) => {
    expect(() => given(...argv)).toThrow(message);
  });

  test('reads every option once, and asks before it starts', async () => {
    const asked =
      given(...TARGET, '--scenario', 'smoke', '--users', '60', '--size', '2MB', '--seed', '4') ?? {};
    const leaving = { out: undefined, json: false };
    const signal = new AbortController().signal;

    await expect(capacityOfTarget(asked, await subjectOf(system), { signal, leaving })).rejects.toThrow(
      /^bad_option: --budget: this load makes up to \d+ requests/,
    );
  });
});
