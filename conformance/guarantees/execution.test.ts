import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { SETTLE_MS, type SessionName, type Step } from '../programs/index.ts';
import {
  type RegisterAnswer,
  type RegisterRequest,
  type RegisterTarget,
  runOnRegisters,
} from './execution.ts';
import { SESSION_MODES, type SessionMode } from './modes.ts';
import type { RegisterProgram } from './program.ts';

const modeCalled = (name: string): SessionMode => {
  const mode = SESSION_MODES.find((each) => each.name === name);
  if (!mode) throw new Error(`no mode ${name}`);
  return mode;
};

/** Answers at once, unless a request waits for a given time of its clock. */
class FakeTarget implements RegisterTarget {
  readonly requests: RegisterRequest[] = [];
  readonly #answers: (RegisterAnswer & { readonly atMs?: number })[];
  readonly #waits: { readonly atMs: number; readonly go: () => void }[] = [];
  #nowMs = 0;

  constructor(answers: (RegisterAnswer & { readonly atMs?: number })[]) {
    this.#answers = answers;
  }

  async send(request: RegisterRequest): Promise<RegisterAnswer> {
    this.requests.push(request);
    const answer = this.#answers.shift();
    if (!answer) throw new Error('one request too many');
    const { atMs = 0 } = answer;
    // On its way, a request is in nobody's account.
    await setTimeout(5);
    if (atMs > this.#nowMs) await new Promise<void>((go) => this.#waits.push({ atMs, go }));
    await setTimeout(5);
    return answer;
  }

  async waiting(): Promise<number> {
    await setTimeout(1);
    return this.#waits.length;
  }

  async advance(ms: number): Promise<void> {
    this.#nowMs += ms;
    for (const wait of this.#waits.splice(0)) {
      if (wait.atMs <= this.#nowMs) wait.go();
      else this.#waits.push(wait);
    }
  }
}

const seen = (version: number, bookmark?: string): RegisterAnswer => ({
  versions: [{ key: 'x', version, from: 'WEUR replica' }],
  ...(bookmark !== undefined && { bookmark }),
});

const write = (session: SessionName): Step => ({
  kind: 'write',
  session,
  pop: 'LHR',
  changes: [{ kind: 'put', key: 'x', condition: 'none' }],
  fault: 'none',
});
const read = (session: SessionName): Step => ({
  kind: 'read',
  session,
  pop: 'EDI',
  of: 'x',
  fault: 'none',
  how: 'plain',
});
const wait = (ms: number): Step => ({ kind: 'wait', ms });

describe('a program', () => {
  test('runs one step after the other', async () => {
    const target = new FakeTarget([seen(1), seen(0)]);

    const { operations, elapsedMs } = await runOnRegisters(
      [write('A'), wait(7), read('B')],
      modeCalled('no session'),
      target,
    );

    expect(operations).toEqual([
      {
        kind: 'write',
        session: 'A',
        pop: 'LHR',
        outcome: 'ok',
        effects: [{ kind: 'put', key: 'x', value: 'x@0', version: 1 }],
        invoked: 0,
        completed: 0,
      },
      { kind: 'read', session: 'B', pop: 'EDI', seen: seen(0).versions, invoked: 2, completed: 2 },
    ]);
    expect(elapsedMs).toEqual([0, 0, 7, 7, 7 + SETTLE_MS]);
  });

  test('goes on without a client that waits, and leaves out what that client would do meanwhile', async () => {
    const target = new FakeTarget([{ ...seen(1), atMs: 10 }, seen(0), seen(2)]);
    const program: RegisterProgram = [read('A'), read('B'), write('A'), wait(9), wait(1), write('A')];

    const { operations } = await runOnRegisters(program, modeCalled('no session'), target);

    expect(
      operations.map(({ session, kind, invoked, completed }) => [session, kind, invoked, completed]),
    ).toEqual([
      ['A', 'read', 0, 4],
      ['B', 'read', 1, 1],
      ['A', 'write', 5, 5],
    ]);
  });

  test('waits for the last answer', async () => {
    const target = new FakeTarget([{ ...seen(1), atMs: SETTLE_MS }]);

    const { operations } = await runOnRegisters([read('A')], modeCalled('no session'), target);

    expect(operations).toMatchObject([{ invoked: 0, completed: 1 }]);
  });

  test('fails when a request never answers', async () => {
    const target = new FakeTarget([{ ...seen(1), atMs: 1e9 }]);

    await expect(runOnRegisters([read('A')], modeCalled('no session'), target)).rejects.toThrow(
      'A still waits',
    );
  });

  test('fails when a request fails, also while another one waits', async () => {
    const target = new FakeTarget([{ ...seen(1), atMs: 1e9 }]);

    await expect(runOnRegisters([read('A'), read('B')], modeCalled('no session'), target)).rejects.toThrow(
      'one request too many',
    );
  });
});

describe('a client', () => {
  const answers = [seen(1, 'b2'), seen(1, 'b3'), seen(1, 'b1'), seen(1, 'b9'), seen(1, 'b4')];
  const program = [write('A'), read('A'), read('A'), write('B'), read('A')];
  const sessions = async (mode: string): Promise<(string | undefined)[]> => {
    const target = new FakeTarget([...answers]);
    await runOnRegisters(program, modeCalled(mode), target);
    return target.requests.map(({ session }) => session);
  };
  const first = 'first-unconstrained';

  test.each([
    ['no session', Array(5).fill(undefined)],
    ['first-unconstrained', Array(5).fill(first)],
    ['first-primary', Array(5).fill('first-primary')],
    ['bookmark carried', [first, 'b2', 'b2', first, 'b2']],
    ['bookmark carried by reads too', [first, 'b2', 'b3', first, 'b3']],
  ])('with %s asks for its own newest position only', async (mode, expected) => {
    expect(await sessions(mode)).toEqual(expected);
  });
});
