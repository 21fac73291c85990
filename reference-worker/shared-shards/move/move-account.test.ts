import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MoveError, moveAccount } from './index.ts';
import { databasesOf, FROM, optionsFor, SETTLE_MS, Simulation, TO } from './simulation.testing.ts';

class Killed extends Error {}

const anyRequest = fc.record({
  isolate: fc.nat(2),
  kind: fc.constantFrom('write' as const, 'write' as const, 'read' as const),
  id: fc.nat(40).map((n) => `no-${n}`),
  takesMs: fc.integer({ min: 0, max: 600 }),
});

describe('while people write, and the mover is killed wherever it may be', () => {
  test('nothing is lost, doubled or resurrected, and nobody reads less than was acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRequest, { minLength: 60, maxLength: 100, size: 'max' }),
        fc.array(fc.record({ after: fc.nat(45), isDone: fc.boolean(), wakesAfter: fc.nat(40) }), {
          maxLength: 4,
        }),
        async (requests, kills) => {
          const simulation = new Simulation();
          let begun = 0;
          /** People go on for as long as anything happens. */
          const atWork = (): void => {
            for (const last = begun + 3; begun < last; begun += 1) {
              const request = requests[begun % requests.length];
              if (request) simulation.request(request.isolate, request.kind, request.id, request.takesMs);
            }
            simulation.pass(40);
          };
          /** Processes that were taken for dead, and are not: they go on after so many calls of others. */
          const paused: { calls: number; wake: () => void }[] = [];
          const wakeDue = async (): Promise<void> => {
            for (const one of paused) one.calls -= 1;
            for (const one of paused.filter(({ calls }) => calls === 0)) one.wake();
            await Promise.resolve();
          };
          for (let index = 0; ; index += 1) {
            const kill = kills[index];
            let calls = 0;
            let isDead = false;
            const died = Promise.withResolvers<never>();
            const databases = databasesOf(simulation, async (work) => {
              atWork();
              if (!isDead) await wakeDue();
              if (kill && calls === kill.after) {
                isDead = true;
                if (kill.isDone) work();
                died.reject(new Killed());
                await new Promise<void>((wake) => paused.push({ calls: kill.wakesAfter + 1, wake }));
                if (kill.isDone) return;
              }
              calls += 1;
              work();
            });
            const moved = moveAccount(optionsFor(simulation, databases, atWork));
            moved.catch(() => undefined);
            const outcome = await Promise.race([moved, died.promise]).catch((error: unknown) => error);
            // One that was paused while it claimed the move has it now.
            if (outcome instanceof Killed || (outcome instanceof MoveError && outcome.code === 'superseded'))
              continue;
            if (
              outcome instanceof Error &&
              !(outcome instanceof MoveError && outcome.code === 'already_there')
            )
              throw outcome;
            break;
          }
          for (let more = 0; more < 20; more += 1) atWork();
          for (const { wake } of paused) wake();
          simulation.pass(SETTLE_MS);

          expect(simulation.violations).toEqual([]);
          const expected = [...simulation.acknowledged].map(([id, version]) => ({ id, version, v: version }));
          expect(simulation.contents(TO)).toEqual(expected.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
          expect(simulation.contents(FROM)).toEqual([]);
          expect(simulation.contents(FROM, 'birch')).toEqual([{ id: 'no-1', version: 1, v: 7 }]);
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  }, 60_000);
});
