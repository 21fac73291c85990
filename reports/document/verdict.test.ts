import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Signal } from '../schema/index.ts';
import { Signal as SignalSchema } from '../schema/index.ts';
import { generatorSignal, leakSignal, objectiveSignal } from '../testing/sample-result.ts';
import { decide, signal } from './verdict.ts';

const anySignal = fc
  .record({
    id: fc.uuid(),
    kind: fc.constantFrom('safety', 'validity', 'objective'),
    observed: fc.oneof(fc.double(), fc.integer({ min: 0, max: 5 })),
    bound: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 5 })),
    comparison: fc.constantFrom('at most', 'at least'),
    onBreach: fc.constantFrom('FAIL', 'INCONCLUSIVE', 'VOID'),
  })
  .map((parts) => signal({ ...parts, title: 'title', unit: 'ms', why: 'why' }));

const breachOf = (onBreach: Signal['onBreach'], id: string) => ({ ...generatorSignal(99), id, onBreach });

describe('signal', () => {
  test('holds exactly when a finite observation is on the right side of the bound', () => {
    fc.assert(
      fc.property(fc.double(), fc.double({ noNaN: true, noDefaultInfinity: true }), (observed, bound) => {
        const atMost = signal({ ...leakSignal(0), observed, bound, comparison: 'at most' });
        const atLeast = signal({ ...leakSignal(0), observed, bound, comparison: 'at least' });

        const finite = Number.isFinite(observed);
        expect(atMost.holds).toBe(finite && !(observed > bound));
        expect(atLeast.holds).toBe(finite && !(observed < bound));
        expect(SignalSchema.safeParse(atMost).success).toBe(true);
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'an observation of %d was not measured and never holds',
    (observed) => {
      for (const comparison of ['at most', 'at least'] as const) {
        const unmeasured = signal({ ...leakSignal(0), observed, comparison });

        expect(unmeasured).toMatchObject({ observed: null, holds: false });
      }
    },
  );

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a bound of %d is refused', (bound) => {
    expect(() => signal({ ...leakSignal(0), observed: 0, bound })).toThrow(
      expect.objectContaining({ code: 'signal_bound' }),
    );
  });
});

describe('decide', () => {
  test('passes exactly when there is a signal and every signal holds', () => {
    fc.assert(
      fc.property(fc.array(anySignal), (signals) => {
        const passes = signals.length > 0 && signals.every(({ holds }) => holds);

        expect(decide(signals).outcome === 'PASS').toBe(passes);
      }),
    );
  });

  test('the outcome does not depend on the order, and the deciding signal is a breached one', () => {
    fc.assert(
      fc.property(fc.array(anySignal, { minLength: 1 }), (signals) => {
        const verdict = decide(signals);

        expect(decide(signals.toReversed()).outcome).toBe(verdict.outcome);
        const deciding = signals.find(({ id }) => id === verdict.signal);
        expect(deciding?.holds ?? verdict.signal).toBe(verdict.outcome === 'PASS' ? 'none' : false);
      }),
    );
  });

  test('nothing measured is VOID, never PASS', () => {
    expect(decide([])).toMatchObject({ outcome: 'VOID', signal: 'none' });
  });

  test('a leak outranks a void run, which outranks a slow one, which outranks doubt', () => {
    const slow = objectiveSignal(25);
    const doubt = breachOf('INCONCLUSIVE', 'doubt');
    const spoiled = breachOf('VOID', 'spoiled');
    const leak = leakSignal(1);

    expect(decide([doubt])).toMatchObject({ outcome: 'INCONCLUSIVE', signal: 'doubt' });
    expect(decide([doubt, slow])).toMatchObject({ outcome: 'FAIL', signal: slow.id });
    expect(decide([doubt, slow, spoiled])).toMatchObject({ outcome: 'VOID', signal: 'spoiled' });
    expect(decide([doubt, slow, spoiled, leak])).toMatchObject({ outcome: 'FAIL', signal: leak.id });
  });

  test('a guarantee that nobody could check is VOID: not seen is neither held nor broken', () => {
    expect(decide([leakSignal(Number.NaN)])).toMatchObject({
      outcome: 'VOID',
      signal: 'isolation-violations',
    });
  });

  test('the first of equals decides, and the reason names observed, bound and unit', () => {
    const verdict = decide([
      generatorSignal(60),
      objectiveSignal(20.004),
      { ...objectiveSignal(99), id: 'later' },
    ]);

    expect(verdict).toEqual({
      outcome: 'FAIL',
      signal: 'p95-search-clients',
      reason: 'p95 of search clients: 20.004 ms, where the bound is at most 20 ms.',
    });
  });
});
