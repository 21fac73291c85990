import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decidePlacement,
  type Factor,
  MONTHS_LEFT_MIN,
  NEIGHBOUR_FACTOR_MAX,
  type PlacementFacts,
} from './decision.ts';

const use = (ratio: number): Factor => ({ ratio, interval: { low: 0.9 * ratio, high: 1.1 * ratio } });
const undisturbed: PlacementFacts = {
  account: 'acme',
  answersFor: 'Beside a write storm.',
  ...{ pairs: 10, comparisons: 15, equivalence: 0.2 },
  objectiveUse: { shared: use(0.4), sharedWithNeighbour: use(0.5), dedicated: use(0.4) },
  p99Factor: {
    sharedWithNeighbour: { ratio: 1.05, interval: { low: 0.95, high: 1.16 } },
    dedicated: { ratio: 0.99, interval: { low: 0.9, high: 1.1 } },
  },
  room: {
    shared: { leftBytes: 9e9, monthsLeft: 100 },
    dedicated: { leftBytes: 9.5e9, monthsLeft: 110 },
  },
  extraUsd: 5,
  extraCondition: 'in the same Cloudflare account',
  budgetUsd: 50,
};
const harmed: PlacementFacts = {
  ...undisturbed,
  p99Factor: {
    ...undisturbed.p99Factor,
    sharedWithNeighbour: { ratio: 4.2, interval: { low: 3.5, high: 5.1 } },
  },
};

describe('the choice', () => {
  test('is to stay where nothing is amiss', () => {
    const { choice, sentence, reasons } = decidePlacement(undisturbed);

    expect(choice).toBe('stay shared');
    expect(sentence).toBe(
      'Beside a write storm. Let acme stay shared: it uses 50 % (45 to 55) of its tightest objective on the shared shard, its ' +
        'neighbour at work, and its neighbour makes no difference to its p99 on the shared shard.',
    );
    expect(reasons.map(({ holds }) => holds)).toEqual([true, true, true, true]);
  });

  test('is to move where a neighbour harms and a D1 of its own ends it', () => {
    const { choice, sentence, reasons } = decidePlacement(harmed);

    expect(choice).toBe('move to dedicated');
    expect(sentence).toContain('its neighbour makes its p99 4.20 times (3.5 to 5.1) as long');
    expect(sentence).toContain(
      'There it is as fast as without a neighbour, for US$5.00 more a month in the same Cloudflare account.',
    );
    expect(reasons.filter(({ holds }) => holds).map(({ rule }) => rule)).toEqual([
      'The neighbour does not double the p99 of the account on the shared shard',
      'The account meets its objectives on a D1 of its own',
      'The neighbour does not double the p99 of the account on a D1 of its own',
      'A D1 of its own has room for a year',
      'The dedicated placement is within the budget',
    ]);
  });

  test.each<[string, Partial<PlacementFacts>, string]>([
    ['costs too much', { budgetUsd: 4.99 }, 'US$5.00 more a month'],
    [
      'would not meet the objectives either',
      { objectiveUse: { ...harmed.objectiveUse, dedicated: use(1.2) } },
      '120 %',
    ],
    [
      'has no room',
      { room: { ...harmed.room, dedicated: { leftBytes: 1e9, monthsLeft: MONTHS_LEFT_MIN - 1 } } },
      '11 months',
    ],
  ])('is to split where a D1 of its own %s', (_, changed, reason) => {
    const { choice, sentence } = decidePlacement({ ...harmed, ...changed });

    expect(choice).toBe('split the shard');
    expect(sentence).toContain(reason);
  });

  test('is none where a move would do and no prices are known of that day', () => {
    const { choice, sentence } = decidePlacement({ ...harmed, extraUsd: null });

    expect(choice).toBe('inconclusive');
    expect(sentence).toContain('it costs what no price table tells for this day');
    expect(sentence).not.toContain('--hold');
    expect(decidePlacement({ ...undisturbed, extraUsd: null }).choice).toBe('stay shared');
  });

  test('is none where nobody has measured how the documents grow: a move would be as unknown', () => {
    const decision = decidePlacement({ ...harmed, room: { shared: null, dedicated: null } });

    expect(decision.choice).toBe('inconclusive');
    expect(decision.sentence).toContain('More blocks would not tell.');
    expect(decision.reasons).toContainEqual(
      expect.objectContaining({ rule: 'The shared shard has room for a year', observed: 'not known' }),
    );
  });

  test('is to split where room alone is missing', () => {
    const room = { ...undisturbed.room, shared: { leftBytes: 2e8, monthsLeft: 3 } };

    expect(decidePlacement({ ...undisturbed, room }).choice).toBe('split the shard');
  });
});

describe('too few blocks', () => {
  const beside = (sharedWithNeighbour: Factor): PlacementFacts => ({
    ...undisturbed,
    p99Factor: { ...undisturbed.p99Factor, sharedWithNeighbour },
  });

  test('decide nothing, and say how many would: 3.23 times, from 0.335 to 31.2', () => {
    const measured = { ratio: 3.23, interval: { low: 0.335, high: 31.2 } };

    const { choice, sentence, reasons, blocksWanted } = decidePlacement({ ...beside(measured), pairs: 4 });

    expect(choice).toBe('inconclusive');
    expect(blocksWanted).toBeGreaterThan(20);
    expect(sentence).toContain('p99 3.23 times (0.335 to 31.2) as long');
    expect(sentence).toMatch(/some \d+ more blocks of each placement would tell: --pairs \d+\./);
    expect(reasons.filter(({ holds }) => holds).map(({ observed }) => observed)).toEqual([
      'p99 3.23 times (0.335 to 31.2) as long, not told apart from the bound',
    ]);
  });

  test('do not stay either where a factor that looks harmless may be large', () => {
    expect(decidePlacement(beside({ ratio: 1.2, interval: { low: 0.5, high: 2.9 } })).choice).toBe(
      'inconclusive',
    );
  });

  test('do not matter where another rule decides', () => {
    const open = beside({ ratio: 1.5, interval: { low: 0.9, high: 2.5 } });
    const dear = { ...open, budgetUsd: 0 };

    expect(decidePlacement({ ...dear, room: harmed.room, objectiveUse: slow }).choice).toBe(
      'split the shard',
    );
    expect(decidePlacement({ ...open, objectiveUse: slow }).choice).toBe('move to dedicated');
  });

  test('that are on the bound ask for longer blocks, and for no number of them', () => {
    const { blocksWanted, sentence } = decidePlacement(
      beside({ ratio: 2, interval: { low: 1.5, high: 2.67 } }),
    );

    expect(blocksWanted).toBeNull();
    expect(sentence).toContain('--hold');
  });

  const slow = { ...undisturbed.objectiveUse, sharedWithNeighbour: use(1.5) };
});

const positive = (max: number) => fc.double({ min: 0.01, max, noNaN: true });
const factor = fc
  .tuple(positive(20), positive(1), fc.double({ min: 1, max: 3, noNaN: true }))
  .map(([ratio, below, above]) => ({ ratio, interval: { low: ratio * below, high: ratio * above } }));
const room = fc.record({
  leftBytes: fc.oneof(fc.constant(0), positive(1e10)),
  monthsLeft: fc.option(fc.double({ min: 0, max: 1000, noNaN: true })),
});
const anyFacts: fc.Arbitrary<PlacementFacts> = fc.record({
  account: fc.constant('acme'),
  answersFor: fc.constant('Beside a write storm.'),
  pairs: fc.constant(10),
  comparisons: fc.constant(15),
  equivalence: fc.constant(0.2),
  objectiveUse: fc.record({ shared: factor, sharedWithNeighbour: factor, dedicated: factor }),
  p99Factor: fc.record({ sharedWithNeighbour: factor, dedicated: factor }),
  room: fc.record({ shared: room, dedicated: room }),
  extraCondition: fc.constant('in the same Cloudflare account'),
  extraUsd: fc.double({ min: 0, max: 100, noNaN: true }),
  budgetUsd: fc.double({ min: 0, max: 100, noNaN: true }),
});

const harmedFacts = anyFacts.map((facts) => ({
  ...facts,
  objectiveUse: { ...facts.objectiveUse, sharedWithNeighbour: use(1.5) },
}));

describe('whatever was measured', () => {
  test('more harm never leads back to the shared shard, nor from a move to anything else', () => {
    const more = fc.double({ min: 1, max: 10, noNaN: true });
    fc.assert(
      fc.property(anyFacts, more, more, (facts, slower, noisier) => {
        const times = ({ ratio, interval }: Factor, by: number): Factor => ({
          ratio: ratio * by,
          interval: { low: interval.low * by, high: interval.high * by },
        });
        const worse: PlacementFacts = {
          ...facts,
          objectiveUse: {
            ...facts.objectiveUse,
            sharedWithNeighbour: times(facts.objectiveUse.sharedWithNeighbour, slower),
          },
          p99Factor: {
            ...facts.p99Factor,
            sharedWithNeighbour: times(facts.p99Factor.sharedWithNeighbour, noisier),
          },
        };
        const before = decidePlacement(facts).choice;
        const after = decidePlacement(worse).choice;

        if (before !== 'stay shared') expect(after).not.toBe('stay shared');
        if (before === 'move to dedicated') expect(after).toBe('move to dedicated');
      }),
    );
  });

  test('a full shard is never stayed on', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const full = { ...facts, room: { ...facts.room, shared: { leftBytes: 0, monthsLeft: null } } };

        expect(decidePlacement(full).choice).not.toBe('stay shared');
      }),
    );
  });

  test('a move is within the budget, has room, and ends the harm', () => {
    fc.assert(
      fc.property(harmedFacts, (facts) => {
        fc.pre(decidePlacement(facts).choice === 'move to dedicated');

        expect(facts.extraUsd).toBeLessThanOrEqual(facts.budgetUsd);
        expect(facts.room.dedicated?.leftBytes).toBeGreaterThan(0);
        expect(facts.objectiveUse.dedicated.interval.high).toBeLessThanOrEqual(1);
        expect(facts.p99Factor.dedicated.interval.high).toBeLessThanOrEqual(NEIGHBOUR_FACTOR_MAX);
      }),
    );
  });

  test('a larger budget never leads from a move to a split', () => {
    fc.assert(
      fc.property(harmedFacts, fc.double({ min: 0, max: 100, noNaN: true }), (facts, more) => {
        fc.pre(decidePlacement(facts).choice === 'move to dedicated');

        expect(decidePlacement({ ...facts, budgetUsd: facts.budgetUsd + more }).choice).toBe(
          'move to dedicated',
        );
      }),
    );
  });

  test('nobody stays whose harm may be beyond its bound', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        fc.pre(decidePlacement(facts).choice === 'stay shared');

        expect(facts.p99Factor.sharedWithNeighbour.interval.high).toBeLessThanOrEqual(NEIGHBOUR_FACTOR_MAX);
        expect(facts.objectiveUse.sharedWithNeighbour.interval.high).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('every choice has a rule that speaks for it', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        expect(decidePlacement(facts).reasons.some(({ holds }) => holds)).toBe(true);
      }),
    );
  });
});
