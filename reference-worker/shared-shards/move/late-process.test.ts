import { expect, test } from 'vitest';
import { MoveError, type MoveOptions, moveAccount } from './index.ts';
import { ACCOUNT, databasesOf, FROM, OTHER, optionsFor, Simulation, TO } from './simulation.testing.ts';

/**
 * A process that was taken for dead wakes up when everything is over, at each call that it may have stopped before: it must change nothing
 * any more. Every call is tried, so that no statement which forgets the epoch can hide behind chance.
 */

const mover = (
  simulation: Simulation,
  before: () => Promise<void> = () => Promise.resolve(),
  other: Partial<MoveOptions> = {},
): Promise<unknown> => {
  const databases = databasesOf(simulation, async (work) => {
    await before();
    work();
  });
  return moveAccount({ ...optionsFor(simulation, databases, () => simulation.pass(500)), ...other });
};

/** Starts a move whose process stops before its nth call, and its successor, which brings the move to its end. */
async function supersededAt(n: number): Promise<{ simulation: Simulation; wake: () => Promise<unknown> }> {
  const simulation = new Simulation();
  const [stopped, woken] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let calls = 0;
  const late = mover(simulation, async () => {
    calls += 1;
    if (calls <= n) return;
    stopped.resolve();
    await woken.promise;
  });
  const ended = late.then(
    () => undefined,
    (error: unknown) => error,
  );
  await Promise.race([stopped.promise, ended]);
  await mover(simulation);
  return {
    simulation,
    wake() {
      woken.resolve();
      return ended;
    },
  };
}

/** How many calls a move takes that nobody disturbs. */
async function callsOfAMove(): Promise<number> {
  let calls = 0;
  await mover(new Simulation(), async () => {
    calls += 1;
  });
  return calls;
}

/** Whatever could be seen of an account. */
const stateOf = (simulation: Simulation): unknown => ({
  documents: [FROM, TO].map((shard) => simulation.contents(shard)),
  others: [FROM, TO].map((shard) => simulation.contents(shard, OTHER)),
  accounts: simulation.of('accounts').prepare('SELECT id, db_shard_id, is_moving FROM account').all(),
  moves: simulation.of('accounts').prepare('SELECT * FROM account_move').all(),
});

const write = (simulation: Simulation): (number | undefined)[] =>
  ['no-1', 'no-2', 'new'].map((id) => simulation.writeNow(ACCOUNT, id));

/** It has claimed the move with its first call: what it does before that, anybody may who wants to move the account. */
const FIRST = 1;

test.each([
  ['is where it was going to', false],
  ['has gone back since', true],
])('a late process changes nothing once the account %s', async (_, isBack) => {
  const calls = await callsOfAMove();
  expect(calls).toBeGreaterThan(15);
  for (let n = FIRST; n < calls; n += 1) {
    const { simulation, wake } = await supersededAt(n);
    if (isBack) await mover(simulation, undefined, { to: FROM });
    expect(write(simulation)).not.toContain(undefined);
    const before = stateOf(simulation);

    const error = await wake();

    expect(stateOf(simulation), `stopped before call ${n + 1} of ${calls}`).toEqual(before);
    expect(error === undefined || error instanceof MoveError, String(error)).toBe(true);
    expect(write(simulation), `stopped before call ${n + 1} of ${calls}`).not.toContain(undefined);
  }
});

test('a late process lets another account that leaves the same shard lose nothing, whenever it wakes up', async () => {
  const calls = await callsOfAMove();
  // The last call but one takes down what the move has put up on the old shard: what two moves from it have in common.
  const n = calls - 2;
  for (let at = 0; at < calls; at += 1) {
    const { simulation, wake } = await supersededAt(n);
    let [call, written] = [0, 1];
    await mover(
      simulation,
      async () => {
        if (call === at) await wake();
        call += 1;
        written = simulation.writeNow(OTHER, 'no-1') ?? written;
      },
      { account: OTHER },
    );

    const words = `stopped before call ${n + 1}, woken at call ${at + 1} of the other's move`;
    expect(written).toBeGreaterThan(5);
    expect(simulation.contents(TO, OTHER), words).toEqual([{ id: 'no-1', version: written, v: written }]);
    expect(simulation.contents(FROM, OTHER), words).toEqual([]);
  }
});
