import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Client } from './client.ts';
import { concurrently } from './concurrently.ts';
import { type Capability, lackOf } from './needs.ts';
import { type Batch, isWrite, type Write } from './operation.ts';
import { routeTo, type System } from './system/index.ts';
import type { Target } from './target.ts';
import type { TestAccount } from './test-account.ts';
import { sendHttp, TransportError } from './transport.ts';

export interface RemoteOptions {
  readonly system: System;
  /** The subject first. All have a URL in every PoP of the first. */
  readonly accounts: readonly TestAccount[];
}

/** What became of the documents that a run has written. */
export interface CleanUp {
  readonly removed: number;
  /** What is still there, or may be. */
  readonly left: readonly LeftDocument[];
}

export interface LeftDocument {
  readonly account: string;
  readonly resource: string;
  readonly id: string;
  readonly why: string;
}

export interface RemoteTarget {
  readonly target: Target;
  /** What has shown itself of the target, beyond its accounts: checks that need it are then run. */
  offer(capability: Exclude<Capability, 'another-account'>): void;
  /** Ends the run and deletes what was written through a `Client`. What takes longer than the limit is left. */
  cleanUp(limitMs: number): Promise<CleanUp>;
}

interface Written {
  readonly account: TestAccount;
  readonly resource: string;
  readonly id: string;
  /** Writes that happened, or may have. */
  times: number;
}

/** Enough to be quick over a long distance, too few to be a load. */
const DELETES_AT_ONCE = 8;

/** A target at URLs, of which nothing is known but its accounts and its dialect. */
export function openRemote({ system, accounts }: RemoteOptions): RemoteTarget {
  const capabilities: Exclude<Capability, 'another-account'>[] = [];
  const written = new Map<string, Written>();
  const willWrite = (account: TestAccount, operation: Write | Batch): (() => void) => {
    const writes = isWrite(operation) ? [operation] : operation.writes;
    const noted = writes
      .filter(({ kind }) => kind !== 'delete')
      .map(({ resource, id }) => {
        const key = JSON.stringify([account.id, resource, id]);
        const known = written.get(key) ?? { account, resource, id, times: 0 };
        written.set(key, known);
        return known;
      });
    for (const each of noted) each.times += 1;
    return () => {
      for (const each of noted) each.times -= 1;
    };
  };
  const underWay = requestsUnderWay();
  const target: Target = {
    environment: 'remote',
    system,
    accounts,
    existing: new Map(),
    pops: Object.keys(accounts[0]?.urls ?? {}),
    idPrefix: `shardproof-${randomUUID().slice(0, 6)}`,
    lacks: (need) => lackOf(need, { capabilities, accounts, system }),
    send: underWay.send,
    settle: (work) => work,
    willWrite,
  };
  return {
    target,
    offer: (capability) => void capabilities.push(capability),
    async cleanUp(limitMs) {
      await underWay.end();
      const documents = [...written.values()].filter(({ times }) => times > 0);
      return remove({ ...target, send: sendHttp }, documents, performance.now() + limitMs);
    },
  };
}

/** A check that was given up may go on asking: nothing may be written while what was written is removed. */
function requestsUnderWay(): { send: Target['send']; end(): Promise<void> } {
  const pending = new Set<Promise<unknown>>();
  let isOver = false;
  return {
    async send(...args) {
      if (isOver) throw new TransportError('the run is over', true);
      const response = sendHttp(...args);
      pending.add(response);
      return response.finally(() => pending.delete(response));
    },
    async end() {
      isOver = true;
      await Promise.allSettled(pending);
      // Who made a document is told its id by the answer, and notes it before it is asked what to remove.
      await setImmediate();
    },
  };
}

async function remove(target: Target, written: readonly Written[], untilMs: number): Promise<CleanUp> {
  let removed = 0;
  const left: LeftDocument[] = [];
  await concurrently(written, DELETES_AT_ONCE, undefined, async ({ account, resource, id }) => {
    const why =
      performance.now() >= untilMs
        ? 'there was no time left'
        : await whyLeft(target, account, { resource, id });
    if (why === 'gone') removed += 1;
    else if (why !== 'absent') left.push({ account: account.id, resource, id, why });
  });
  return { removed, left };
}

/** `gone` when it was there and is no more, `absent` when it was not there. */
async function whyLeft(
  target: Target,
  account: TestAccount,
  document: Pick<Written, 'resource' | 'id'>,
): Promise<string> {
  if (!routeTo(target.system, 'delete', document.resource))
    return `${target.system.name} has no route for delete`;
  try {
    const { answer, response } = await new Client(target, account).ask({ kind: 'delete', ...document });
    if (answer.outcome === 'ok') return 'gone';
    return answer.outcome === 'absent' ? 'absent' : `the delete was answered with ${response.status}`;
  } catch (error) {
    if (error instanceof TransportError) return 'the delete was not answered';
    throw error;
  }
}
