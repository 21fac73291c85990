import { setTimeout as delay } from 'node:timers/promises';
import { memberName, randomKey, scatter, unitsOf } from '../../../fixtures/generator/index.ts';
import type { AccountPlan } from '../../../reference-worker/target/index.ts';
import {
  type Asked,
  type Client,
  clientAt,
  type Operation,
  type Placed,
  TransportError,
} from '../../../reference-worker/target/index.ts';
import type { LoadedAccount } from '../../journey/index.ts';
import type { LoadSubject } from '../../system.ts';
import type { NeighbourProfile } from './profile.ts';
import { countAnswer, type NeighbourTally, newTally } from './tally.ts';

export interface NeighbourOptions {
  readonly subject: Pick<LoadSubject, 'system'>;
  /** The profile's accounts. */
  readonly accounts: readonly { readonly plan: AccountPlan; readonly known: LoadedAccount }[];
  /** Base URLs of the accounts' deployment, one for each PoP; the token names the account. */
  readonly urls: readonly string[];
  readonly tokenOf: Placed['tokenOf'];
  readonly seed: number;
  /** It stops by itself after this many milliseconds. */
  readonly limitMs: number;
}

export interface RunningNeighbour {
  /** Ends its requests. @returns what it did, and what was seen in its answers */
  stop(): Promise<NeighbourTally>;
}

/**
 * Lets a neighbour work until it is stopped. It is no k6: what counts is the load that it makes, and none of its
 * latencies are used. Each worker waits for its answer (closed model), so that it never overruns the database's queue,
 * and carries no bookmark, so that it never waits for a replica.
 */
export function startNeighbour(profile: NeighbourProfile, options: NeighbourOptions): RunningNeighbour {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(options.limitMs)]);
  const shift: Shift = {
    ...{ profile, options, signal },
    tally: newTally(),
    mayStart: pacer(profile.requestsPerSecondMax, signal),
  };
  const numbers = Array.from({ length: profile.workersPerAccount }, (_, number) => number);
  const ended = Promise.all(
    options.accounts.flatMap(({ plan, known }) => numbers.map((number) => work(plan, known, number, shift))),
  );
  // Told by stop().
  ended.catch(() => undefined);
  return {
    stop: async () => {
      over.abort();
      await ended;
      return shift.tally;
    },
  };
}

/** What the workers of a neighbour share. */
interface Shift {
  readonly profile: NeighbourProfile;
  readonly options: NeighbourOptions;
  readonly signal: AbortSignal;
  readonly tally: NeighbourTally;
  /** Resolves when the next request may start. */
  readonly mayStart: () => Promise<void>;
}

/** One worker, one request after the other until the signal. */
async function work(plan: AccountPlan, known: LoadedAccount, number: number, shift: Shift): Promise<void> {
  const { profile, options, signal, tally, mayStart } = shift;
  const { members } = plan;
  const account =
    members === undefined ? plan.account : memberName(plan.account, scatter(number % members, members));
  const { system } = options.subject;
  const uniform = series(options.seed, plan.account, number);
  const { urls, tokenOf } = options;
  const url = urls[number % urls.length] ?? '';
  const client = clientAt({ system, url, account, token: await tokenOf(plan.account, number, account) });
  const calls = profile.work({ system, plan, account: { ...known, account }, number, uniform });
  let call = calls.next().value;
  try {
    while (!signal.aborted) {
      await delay(-Math.log(1 - uniform()) * profile.pauseMs, undefined, { signal });
      await mayStart();
      const asked = await answered(client, call, signal);
      // What was given up when the block ended says nothing about the target.
      if (signal.aborted) return;
      call = calls.next(countAnswer(tally, account, asked)).value;
    }
  } catch (error) {
    // One that waited for its turn ends with the signal's reason; any other error is a defect of ours.
    if (!signal.aborted) throw error;
  }
}

/** Spaces the starts of requests evenly, so that their rate has a bound. */
function pacer(requestsPerSecond: number, signal: AbortSignal): () => Promise<void> {
  const gapMs = 1000 / requestsPerSecond;
  let nextAtMs = 0;
  return async () => {
    const nowMs = performance.now();
    const startAtMs = Math.max(nowMs, nextAtMs);
    nextAtMs = startAtMs + gapMs;
    if (startAtMs > nowMs) await delay(startAtMs - nowMs, undefined, { signal });
  };
}

async function answered(
  client: Client,
  operation: Operation,
  signal: AbortSignal,
): Promise<Asked | undefined> {
  try {
    return await client.ask(operation, { bookmark: null, signal });
  } catch (error) {
    // A connection that failed, or the end of the block: the caller knows which.
    if (error instanceof TransportError) return undefined;
    throw error;
  }
}

const series = (seed: number, account: string, worker: number): (() => number) =>
  unitsOf(randomKey(seed, account, 'neighbour', worker));
