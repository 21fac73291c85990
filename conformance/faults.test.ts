import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fault, type FaultKind } from '../reference-worker/local/data-plane/faults/plan.ts';
import { whileStepping } from '../reference-worker/local/plane-control.ts';
import { type ReferenceTarget, startReference } from './testing/reference-target.ts';

/**
 * The reference Worker survives every fault of the local platform: under it no answer is wrong, an error says
 * truly whether the write happened, and afterwards everything works. That each fault fires, and what a Worker sees
 * of it, is shown in reference-worker/local/faults.test.ts; here its firing is demanded all the same.
 */
let target: ReferenceTarget;
beforeAll(async () => {
  target = await startReference({
    plane: { clock: 'virtual' },
    entry: join(import.meta.dirname, '..', 'reference-worker', 'test', 'migrating-worker.ts'),
  });
});
afterAll(() => target?.platform.stop());

interface Answer {
  readonly status: number;
  readonly body: {
    readonly code?: string;
    readonly definite?: boolean;
    readonly body?: { readonly n?: number };
  };
  readonly bookmark: string | null;
}

/** A client that keeps the newest bookmark it was given, as a virtual user does. */
function client(id: string) {
  let bookmark: string | null = null;
  const send = async (method: string, body?: object): Promise<Answer> => {
    const headers = new Headers({ authorization: target.authorization });
    if (bookmark !== null) headers.set('x-d1-bookmark', bookmark);
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await whileStepping(
      target.platform.plane,
      fetch(`${target.url}/v1/clients/${id}`, init),
    );
    const answer = JSON.parse(await response.text());
    bookmark = response.headers.get('x-d1-bookmark') ?? bookmark;
    return { status: response.status, body: answer, bookmark };
  };
  return { put: (n: number) => send('PUT', { body: { n } }), get: () => send('GET') };
}

/** What is known of a document whose writes may fail. */
class Known {
  #possible = new Set<number>();

  /** A success leaves one possibility, a definite failure the old ones, any other failure one more. */
  wrote(n: number, { status, body }: Answer): void {
    if (status < 300) this.#possible = new Set([n]);
    else if (body.definite !== true) this.#possible.add(n);
  }

  /** @returns why the answer is wrong; an error is no wrong answer to a read */
  contradiction({ status, body }: Answer): string | undefined {
    if (status >= 500) return undefined;
    const n = body.body?.n;
    if (status !== 200 || n === undefined) return `${status} ${JSON.stringify(body)}`;
    if (!this.#possible.has(n)) return `read ${n}, possible were ${[...this.#possible]}`;
    this.#possible = new Set([n]);
    return undefined;
  }
}

const shard = { database: 'shard-eu-1' };
const plans: readonly ({ readonly kind: FaultKind } & Record<string, unknown>)[] = [
  { kind: 'replica-lag', addMs: 5_000 },
  { kind: 'replica-pause', forMs: 20_000 },
  { kind: 'replica-switch', to: 'EEUR' },
  { kind: 'schema-behind', addMs: 5_000 },
  { kind: 'primary-reset', commit: 'before', share: 0.5, ...shard },
  { kind: 'primary-reset', commit: 'after', share: 0.5, ...shard },
  { kind: 'primary-reset', commit: 'after', access: 'write' },
  { kind: 'connection-lost', when: 'before', share: 0.3, ...shard },
  { kind: 'connection-lost', when: 'after', share: 0.3, ...shard },
  { kind: 'connection-lost', when: 'mid-reply', share: 0.3, ...shard },
  { kind: 'overloaded', reason: 'too-many-queued', share: 0.5, ...shard },
  { kind: 'overloaded', reason: 'queued-too-long', share: 0.5, access: 'write' },
  { kind: 'slow-shard', addMs: 40_000, times: 4, ...shard },
  { kind: 'kv-stale-value' },
  { kind: 'kv-stale-absence' },
  { kind: 'kv-error', status: 500 },
  { kind: 'kv-write-limit' },
  { kind: 'kv-slow', addMs: 60_000 },
  { kind: 'cold-isolate', pop: 'LHR', fromMs: 0 },
  { kind: 'clock-skew', pop: 'LHR', skewMs: 3_600_000 },
  { kind: 'clock-skew', pop: 'LHR', skewMs: -3_600_000 },
];

describe('no answer is wrong, and afterwards everything works, under', () => {
  test.each(plans.map((plan) => [JSON.stringify(plan), plan] as const))('%s', async (_, plan) => {
    const { put, get } = client(`survivor-${plans.indexOf(plan)}`);
    const known = new Known();
    const contradictions: (string | undefined)[] = [];
    for (const n of [1, 2]) known.wrote(n, await put(n));
    contradictions.push(known.contradiction(await get()), known.contradiction(await get()));
    await target.platform.plane.setFaults([{ id: 'planned', ...plan }]);
    if (plan.kind === 'schema-behind') await fetch(`${target.url}/migrate`, { method: 'POST' });

    for (let n = 3; n < 10; n++) {
      known.wrote(n, await put(n));
      for (let read = 0; read < 3; read++) contradictions.push(known.contradiction(await get()));
    }

    const [report] = await target.platform.plane.faultReports();
    await target.platform.plane.setFaults([]);
    const last = await put(99);
    known.wrote(99, last);
    contradictions.push(known.contradiction(await get()));
    expect(contradictions.filter((one) => one !== undefined)).toEqual([]);
    expect(last.status).toBe(200);
    expect(report?.count).toBeGreaterThan(0);
  });
});

test('no kind of fault is left out', () => {
  const kinds = new Set<string>(plans.map(({ kind }) => kind));
  const planned = Fault.options.map((option) => option.shape.kind.value);
  expect([...kinds].sort()).toEqual(planned.sort());
});
