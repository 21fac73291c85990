import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordedOperation } from '../history/index.ts';
import { HOLDS } from '../history/oracle/oracle.testing.ts';
import { SESSIONS } from '../programs/index.ts';
import { TABLED_GUARANTEES } from './guarantees.ts';

/** What this Worker could do wrong: any versions in any order. It forgets no answer, deletes nothing, and has no values. */
const KEYS = ['x', 'y', 'z'];
const step = fc.record({
  session: fc.constantFrom(...SESSIONS),
  lastingSteps: fc.nat(3),
  /** Of each key; a write takes the first one's. */
  versions: fc.uniqueArray(fc.record({ key: fc.constantFrom(...KEYS), version: fc.nat(3) }), {
    minLength: 1,
    maxLength: 3,
    selector: ({ key }) => key,
  }),
  kind: fc.constantFrom('write', 'read'),
});
const histories = fc.array(step, { maxLength: 7, size: 'max' }).map((drawn): RecordedOperation[] => {
  const taken = new Set<string>();
  return drawn.flatMap(({ session, lastingSteps, versions, kind }, invoked): RecordedOperation[] => {
    const next = drawn.findIndex((other, index) => index > invoked && other.session === session);
    const completed = Math.min(invoked + lastingSteps, next < 0 ? drawn.length : next - 1);
    const invocation = { session, pop: 'LHR', invoked, completed };
    if (kind === 'read') return [{ kind: 'read', ...invocation, seen: versions }];
    const { key = '', version = 0 } = versions[0] ?? {};
    // The database numbers versions from 1, each once.
    if (version === 0 || taken.has(`${key}${version}`)) return [];
    taken.add(`${key}${version}`);
    const effect = { kind: 'put', key, value: `${key}${version}`, version } as const;
    return [{ kind: 'write', outcome: 'ok', ...invocation, effects: [effect] }];
  });
});

test.each(TABLED_GUARANTEES.map(({ name, id, check }) => [name, id, check] as const))(
  '%s is what its definition says, on small histories',
  (_, id, check) => {
    let held = 0;
    let violated = 0;

    fc.assert(
      fc.property(histories, (operations) => {
        const holds = HOLDS[id]?.({ operations });
        if (holds) held += 1;
        else violated += 1;
        expect(check({ operations }) === undefined).toBe(holds);
      }),
      { numRuns: 2_000, seed: 1 },
    );

    expect(Math.min(held, violated)).toBeGreaterThan(40);
  },
);
