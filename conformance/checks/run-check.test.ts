import { describe, expect, test } from 'vitest';
import { system } from '../../reference-worker/shared-shards/system.ts';
import { type Asked, NeedNotMet, type Target } from '../../reference-worker/target/index.ts';
import type { Check, Context } from './check.ts';
import { checkRunner } from './run-check.ts';

const target: Target = {
  environment: 'remote',
  system,
  accounts: [],
  pops: [],
  lacks: (need) => (need === 'lag' ? 'nothing lags here' : undefined),
  send: async () => ({ status: 200, headers: {}, body: '' }),
  settle: (work) => work,
};
const checkThat = (run: Check['run'], needs: Check['needs'] = []): Check => ({
  id: 'isolation/test',
  title: 'A test.',
  requirements: ['A7'],
  severity: 'critical',
  environment: 'real-time',
  needs,
  method: '',
  run,
});
const outcomeOf = (run: Check['run'], needs?: Check['needs']) =>
  checkRunner(target, { seed: 7, effort: 'fast' })(checkThat(run, needs));

type Case = [string, (context: Context) => void, string, string];

/** A read that was answered so. */
const asked = (outcome: Asked['answer']['outcome'], status: number): Asked => ({
  account: 'alder',
  pop: '',
  url: 'http://localhost',
  request: { method: 'GET', path: '/', headers: {} },
  response: { status, headers: {}, body: '' },
  operation: { kind: 'read', resource: 'letters', id: 'x' },
  answer: { outcome, documents: [] },
});

describe('the verdict on a check', () => {
  const cases: Case[] = [
    [
      'passes when claims and controls hold',
      ({ evidence }) => [evidence.claim('a', true), evidence.control('b', true)],
      'PASS',
      '1 claim holds, beside 1 control.',
    ],
    [
      'fails by a claim, whatever else went wrong',
      ({ evidence }) => {
        evidence.control('b', false);
        evidence.claim('it is dry', false);
        throw new Error('later');
      },
      'FAIL',
      'It does not hold that it is dry.',
    ],
    [
      'is open after an error',
      ({ evidence }) => {
        evidence.claim('a', true);
        evidence.control('b', true);
        throw new RangeError('oops');
      },
      'INCONCLUSIVE',
      'The check broke off: RangeError: oops',
    ],
    [
      'is open when a control does not hold',
      ({ evidence }) => [evidence.claim('a', true), evidence.control('B can', false)],
      'INCONCLUSIVE',
      'Its control does not hold, so a pass would prove nothing: B can.',
    ],
    [
      'fails by a request that had to be served and was refused',
      ({ evidence }) => [
        evidence.claim('a', true),
        evidence.served('its owner reads it', false, [asked('refused', 403)]),
      ],
      'FAIL',
      'It does not hold that its owner reads it, which the target must serve.',
    ],
    [
      'fails by a request that had to be served and was answered with something else',
      ({ evidence }) => evidence.served('its owner reads it', false, [asked('ok', 200)]),
      'FAIL',
      'which the target must serve',
    ],
    [
      'fails by it although the check then finds that it lacks something',
      ({ evidence }) => {
        evidence.served('its owner reads it', false, [asked('absent', 404)]);
        throw new NeedNotMet('needs a document');
      },
      'FAIL',
      'which the target must serve',
    ],
    ...(
      [
        ['a failure of the server', asked('refused', 503)],
        ['too many requests', asked('refused', 429)],
        ['an answer that cannot be read', asked('unknown', 200)],
      ] as const
    ).map(
      ([what, answer]): Case => [
        `is open after ${what} in place of what had to be served`,
        ({ evidence }) => [evidence.claim('a', true), evidence.served('its owner reads it', false, [answer])],
        'INCONCLUSIVE',
        'Its control does not hold',
      ],
    ),
    [
      'is void without a control',
      ({ evidence }) => evidence.claim('a', true),
      'VOID',
      'could not have failed',
    ],
    [
      'is void without a claim',
      ({ evidence }) => evidence.control('a', true),
      'VOID',
      'could not have failed',
    ],
    ['is void when the body is gone', () => undefined, 'VOID', 'could not have failed'],
  ];

  test.each(cases)('%s', async (_, run, verdict, reason) => {
    const outcome = await outcomeOf(async (context) => void run(context));

    expect(outcome.verdict).toBe(verdict);
    expect(outcome.reason).toContain(reason);
  });
});

test('a check whose needs are not met is skipped with the reason, and not run', async () => {
  const outcome = await outcomeOf(() => Promise.reject(new Error('it ran')), ['kv', 'lag']);

  expect(outcome).toMatchObject({ verdict: 'SKIPPED', reason: 'nothing lags here', claims: 0 });
});

describe('a check that finds out by itself that a need is not met', () => {
  test('is skipped with the reason', async () => {
    const outcome = await outcomeOf(() => Promise.reject(new NeedNotMet('it shows no evidence')));

    expect(outcome).toMatchObject({ verdict: 'SKIPPED', reason: 'it shows no evidence' });
  });

  test('fails all the same by a claim that was violated before', async () => {
    const outcome = await outcomeOf(async ({ evidence }) => {
      evidence.claim('a', false);
      throw new NeedNotMet('too late');
    });

    expect(outcome.verdict).toBe('FAIL');
  });
});

test('the witness of the first failure is shown, and all failures are kept', async () => {
  const { witness, failures } = await outcomeOf(async ({ evidence }) => {
    evidence.claim('a', false, { sentences: ['First.'], exchanges: [] });
    evidence.claim('b', false, { sentences: ['Second.'], exchanges: [] });
  });

  expect(witness?.sentences).toEqual(['First.']);
  expect(failures.map(({ text }) => text)).toEqual(['a', 'b']);
});

test('what several checks look at is made once, under its name', async () => {
  let made = 0;
  const run = checkRunner(target, { seed: 1, effort: 'fast' });
  const seen: unknown[] = [];
  const looking = checkThat(async ({ once }) => {
    seen.push(await once('history', async () => ++made), await once('other', async () => 'other'));
  });

  await run(looking);
  await run(looking);

  expect(seen).toEqual([1, 'other', 1, 'other']);
});

test('unique names differ by check, and are the same at every run with the seed', async () => {
  const names: string[] = [];
  const naming = checkThat(async ({ unique }) => void names.push(unique('a')));
  const run = () => checkRunner(target, { seed: 7, effort: 'fast' });

  await run()(naming);
  await run()({ ...naming, id: 'isolation/other' });
  await run()(naming);

  expect(names[0]).not.toBe(names[1]);
  expect(names[0]).toBe(names[2]);
});
