import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { randomKey, unitsOf } from '../../fixtures/generator/random.ts';
import { model, planAccount } from '../../reference-worker/shared-shards/data/index.ts';
import { encode, type JourneyStep, operationsOf } from '../../reference-worker/target/index.ts';
import type { Call, CallAnswer, VirtualUser } from '../k6/session.ts';
import { loadCompiled } from '../testing/compiled-journey.ts';
import { system } from '../testing/reference.ts';
import { walk } from '../testing/walk.ts';
import { compileJourney, type LoadedSystem, loadedAccount, openedBefore, rounds } from './index.ts';

/** The script, the expected mix and the measured requests are three forms of one table: here they are held against each other. */

const plan = planAccount({ account: 'acme', seed: 1, sizeBytes: 8e6, users: 500 });
const NOW = '2026-11-02T09:30:00.000Z';
afterEach(() => void vi.useRealTimers());

const someone = (changes: Partial<VirtualUser> = {}): VirtualUser => ({
  id: 'us-00001',
  account: 'acme',
  pop: 'LHR',
  thinkMs: () => 0,
  does: () => true,
  draw: () => 'cl-0000001',
  pickSearch: () => ({ field: 'surname', prefix: 'Oka' }),
  visit: () => ({ account: '', reach: {}, id: '' }),
  nextMark: () => 'mark',
  ...changes,
});

/** The first calls of the script. @param answers what comes back; everything is well unless told otherwise */
async function callsOf(
  of: LoadedSystem,
  count: number,
  user: VirtualUser,
  answers: (call: Call, at: number) => CallAnswer = () => ({ outcome: 'ok', version: 1 }),
): Promise<Call[]> {
  const script = await loadCompiled(of);
  const work = script.startWork();
  const calls: Call[] = [];
  const target = (call: Call): CallAnswer => {
    calls.push(call);
    return answers(call, calls.length - 1);
  };
  while (calls.length < count) script.makeNextRequest({ user, target }, work);
  return calls;
}

const withSteps = (steps: readonly JourneyStep[], again = 0.05): LoadedSystem => ({
  ...system,
  journey: { ...system.journey, opening: { ...system.journey.opening, again }, steps: [...steps] },
});

describe('the script and the expected mix', () => {
  const COUNT = 300;
  const decisions = (seed: number) => unitsOf(randomKey(seed, 'decisions'));
  const namesOf = (of: LoadedSystem, seed: number): string[] => {
    const work = rounds(of.journey, decisions(seed));
    return Array.from({ length: COUNT }, () => work.next(false).value.operation);
  };
  const scriptNames = async (of: LoadedSystem, seed: number): Promise<string[]> => {
    const uniform = decisions(seed);
    const calls = await callsOf(of, COUNT, someone({ does: (share) => uniform() < share }));
    return calls.map(({ operation }) => operation);
  };

  test('do the same steps by the same decisions', async () => {
    const names = await scriptNames(system, 7);

    expect(names).toEqual(namesOf(system, 7));
    expect(new Set(names)).toEqual(new Set(operationsOf(system.journey).keys()));
  });

  test('do so whatever the table', async () => {
    const shares = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 });
    const { steps } = system.journey;
    const property = fc.asyncProperty(
      shares,
      fc.nat(1_000),
      fc.boolean(),
      async ([edit, add], seed, reads) => {
        const changed = steps.map((step) => {
          if (step.does === 'patch') return { ...step, share: edit ?? 1 };
          return step.does === 'create' ? { ...step, share: add ?? 1 } : step;
        });
        const of = withSteps(reads ? changed.filter((step) => step.does !== 'join') : changed, edit);

        expect(await scriptNames(of, seed)).toEqual(namesOf(of, seed));
      },
    );
    await fc.assert(property, { numRuns: 20 });
  });

  test('open once where nobody opens again', async () => {
    const once = withSteps(system.journey.steps, 0);

    const names = await scriptNames(once, 7);

    expect(names).toEqual(namesOf(once, 7));
    expect(names.filter((name) => name === 'sign-in')).toHaveLength(2);
  });

  test('of another table differ', async () => {
    const { steps } = system.journey;

    for (const other of [withSteps(steps.slice(0, -1)), withSteps(steps, 0.5)])
      expect(await scriptNames(system, 7)).not.toEqual(namesOf(other, 7));
  });
});

describe('the script and the walk that measures rows', () => {
  test('make the same requests', async () => {
    const walked: object[] = [];
    let search = { field: '', prefix: '' };
    await walk(
      async (operation, asked) => {
        if (asked.kind === 'list' && asked.filter && 'prefix' in asked.filter) search = asked.filter;
        const { method, path, headers, body } = encode(system, asked);
        walked.push({ operation, method, path, headers, body: body && JSON.parse(body) });
        return { outcome: 'ok', documents: [{ id: '', version: 1 }] };
      },
      { system, account: loadedAccount(plan, model, system), index: 0 },
    );
    vi.useFakeTimers({ now: Date.parse(NOW) });
    let marks = 1;
    const nextMark = (): string => `mhtk3m00-xx-${marks--}`;

    const calls = await callsOf(system, walked.length, someone({ nextMark, pickSearch: () => search }));

    const headersOf = ({ contentType, ifMatch }: Call) => ({
      ...(contentType && { 'content-type': contentType }),
      ...(ifMatch && { 'if-match': ifMatch }),
    });
    expect(
      calls.map((call) => ({
        ...{ operation: call.operation, method: call.method, path: call.path },
        ...{ headers: headersOf(call), body: call.body },
      })),
    ).toEqual(walked);
    expect(walked).toHaveLength(10);
  });
});

describe('when something goes wrong', () => {
  const operations = (calls: readonly Call[]): string[] => calls.map(({ operation }) => operation);
  const answering = (outcomes: Readonly<Record<string, CallAnswer>>) => (call: Call) =>
    outcomes[call.operation] ?? { outcome: 'ok' as const, version: 4 };

  test('a document that is not there ends the round', async () => {
    const calls = await callsOf(
      system,
      6,
      someone({ does: () => false }),
      answering({ 'open-client': { outcome: 'failed' } }),
    );

    expect(operations(calls).slice(2)).toEqual([
      'search-clients',
      'open-client',
      'search-clients',
      'open-client',
    ]);
  });

  test('who was not the first reads again and tries once more, then goes on', async () => {
    const calls = await callsOf(system, 10, someone(), answering({ 'edit-client': { outcome: 'conflict' } }));

    expect(operations(calls).slice(5)).toEqual([
      ...['list-notes', 'edit-client', 'open-client', 'edit-client'],
      'add-note',
    ]);
    expect(calls[8]).toMatchObject({ ifMatch: '"4"', expect: { version: 5 } });
  });

  test('what was not written is not looked for', async () => {
    const failed = { outcome: 'failed' } as const;
    const calls = await callsOf(
      system,
      9,
      someone(),
      answering({ 'edit-client': failed, 'add-note': failed }),
    );

    expect(operations(calls).slice(5)).toEqual(['list-notes', 'edit-client', 'add-note', 'sign-in']);
  });
});

describe('versions', () => {
  test.each([
    [
      'the promise of preconditions',
      { ...system, promises: system.promises.filter((each) => each !== 'preconditions') },
    ],
    ['ETags that name them', { ...system, request: { identify: system.request.identify } }],
  ])('are not counted on without %s: the next one may be of anybody', async (_, without) => {
    const all = await callsOf(system, 10, someone());
    const calls = await callsOf(without, 10, someone());

    expect(all.some(({ ifMatch }) => ifMatch !== undefined)).toBe(true);
    expect(calls.filter(({ ifMatch }) => ifMatch !== undefined)).toEqual([]);
    expect(calls.every(({ expect: each }) => !('version' in each) || each.version === undefined)).toBe(true);
  });
});

test('ids that follow no rule come from the list beside the plan, whoever makes them', async () => {
  const account = loadedAccount(plan, model, system);
  const listedIds = { ...account.ids, clients: ['c7', 'a1'] };

  expect(compileJourney(system, { account: 'acme', ids: account.ids, searches: [] })).toContain(
    "listed = () => ''",
  );
  expect(compileJourney(system, { account: 'acme', ids: listedIds, searches: [] })).toContain('list[at]');
});

test('a step is asked of the document that was opened last before it', () => {
  const open = (resource: string): JourneyStep => ({
    operation: `open-${resource}`,
    does: 'read',
    resource,
    which: 'drawn',
  });
  const list: JourneyStep = {
    ...{ operation: 'list-notes', does: 'list', resource: 'notes', limit: 5 },
    where: { field: 'clientId', is: '{opened}' },
  };
  const steps = [open('groups'), open('clients'), list];
  const of = withSteps(steps);

  expect(steps.map((step) => openedBefore(step, of))).toEqual(['groups', 'clients', 'clients']);
  expect(openedBefore({ ...list }, withSteps([list]))).toBeUndefined();
});
