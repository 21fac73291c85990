import type { WaitingRequests } from '../backend/index.ts';
import { type Clock, delay } from '../clock/index.ts';
import { type FaultInjector, UPSTREAM_STALE_MAX_MS } from '../faults/index.ts';
import { chanceOf, type Distribution, draw } from '../latency/index.ts';
import {
  accessOf,
  type MakeUpstream,
  type Upstream,
  type UpstreamReply,
  type UpstreamRequest,
} from './handler.ts';

/** A call, as the upstream has seen it. */
export interface UpstreamCall {
  readonly upstream: string;
  /** When it arrived, on the platform's clock. */
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly authorization: string;
  /** What was answered; null where the reply was lost. */
  readonly status: number | null;
}

export interface UpstreamApiOptions {
  readonly name: string;
  readonly make: MakeUpstream;
  /** Of each token; none unless told otherwise. */
  readonly budget?: CallBudgetOptions | undefined;
  /** From the call to its reply: half of it on the way there. */
  readonly latencyMs: Distribution;
  readonly clock: Clock;
  readonly seed: number;
  readonly faults: FaultInjector;
  readonly waiting: WaitingRequests;
}

/** A run of hours must not fill the memory; no check makes as many calls. */
const LOGGED_CALLS = 50_000;

/** An upstream behind a network, with a call budget, and with faults. */
export class UpstreamApi {
  readonly #options: UpstreamApiOptions;
  readonly #current: Upstream;
  /** The state that stale reads are answered from: it takes the writes later. */
  readonly #behind: Upstream;
  readonly #toCome: { readonly atMs: number; readonly request: UpstreamRequest }[] = [];
  readonly #budget: CallBudget | undefined;
  readonly #chance;
  readonly #calls: UpstreamCall[] = [];
  #count = 0;

  constructor(options: UpstreamApiOptions) {
    this.#options = options;
    this.#current = options.make();
    this.#behind = options.make();
    this.#budget = options.budget && new CallBudget(options.clock, options.budget);
    this.#chance = chanceOf(options.seed, 'upstream', options.name, 'latency');
  }

  /** The newest calls, and how many there were in all. */
  get calls(): { readonly calls: readonly UpstreamCall[]; readonly count: number } {
    return { calls: this.#calls, count: this.#count };
  }

  /** What somebody does there by another way than the API: at once, and no call of anybody's. */
  operate(request: UpstreamRequest): UpstreamReply {
    if (accessOf(request) === 'write') this.#toCome.push({ atMs: this.#options.clock.now(), request });
    this.#catchUp(UPSTREAM_STALE_MAX_MS);
    return this.#current(request);
  }

  /** @returns undefined where the connection ends without a reply */
  async call(
    request: UpstreamRequest,
  ): Promise<(UpstreamReply & { readonly retryAfterMs?: number }) | undefined> {
    const { name, clock, latencyMs, faults } = this.#options;
    const atMs = clock.now();
    const occasion = { upstream: name, access: accessOf(request), key: request.path };
    const slow = faults.fires('upstream-slow', occasion);
    const halfMs = (draw(latencyMs, this.#chance) + (slow?.addMs ?? 0)) / 2;
    await this.#pass(halfMs);
    const reply = this.#reply(request, occasion);
    this.#log(request, atMs, reply?.status ?? null);
    await this.#pass(halfMs);
    return reply;
  }

  #reply(request: UpstreamRequest, occasion: { readonly access: string }) {
    const { faults } = this.#options;
    const retryAfterMs = this.#budget?.use(request.authorization ?? '');
    if (retryAfterMs !== undefined) return { ...refusal(429), retryAfterMs };
    const error = faults.fires('upstream-error', occasion);
    if (error)
      return { ...refusal(error.status), ...(error.retryAfterMs && { retryAfterMs: error.retryAfterMs }) };
    const lost = faults.fires('upstream-lost', occasion);
    if (lost?.when === 'before') return undefined;
    const stale = occasion.access === 'read' ? faults.fires('upstream-stale', occasion) : undefined;
    if (stale) {
      this.#catchUp(stale.byMs);
      return this.#behind(request);
    }
    const reply = this.operate(request);
    return lost ? undefined : reply;
  }

  /** Applies the writes that are so old to the state of stale reads. */
  #catchUp(byMs: number): void {
    const untilMs = this.#options.clock.now() - byMs;
    while (this.#toCome[0] && this.#toCome[0].atMs <= untilMs) {
      const next = this.#toCome.shift();
      if (next) this.#behind(next.request);
    }
  }

  async #pass(ms: number): Promise<void> {
    const { clock, waiting } = this.#options;
    if (ms > 0) await waiting.during({ reason: 'upstream' }, delay(clock, ms));
  }

  #log({ method, path, authorization = '' }: UpstreamRequest, atMs: number, status: number | null): void {
    this.#count += 1;
    if (this.#calls.length >= 2 * LOGGED_CALLS) this.#calls.splice(0, LOGGED_CALLS);
    this.#calls.push({ upstream: this.#options.name, atMs, method, path, authorization, status });
  }
}

const refusal = (status: number): UpstreamReply => ({
  status,
  body: { error: status === 429 ? 'too many calls' : 'the upstream has failed' },
});

/** How many calls a token has in any period of that length. */
interface CallBudgetOptions {
  readonly calls: number;
  readonly withinMs: number;
}

/** Counts the calls of each token in the period that ends now, wherever they come from. */
class CallBudget {
  readonly #clock: Clock;
  readonly #options: CallBudgetOptions;
  readonly #calls = new Map<string, number[]>();

  constructor(clock: Clock, options: CallBudgetOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  /** @returns undefined where there was one left, which is thereby used; otherwise in how many milliseconds there is one again */
  use(token: string): number | undefined {
    const nowMs = this.#clock.now();
    const sinceMs = nowMs - this.#options.withinMs;
    const calls = (this.#calls.get(token) ?? []).filter((atMs) => atMs > sinceMs);
    this.#calls.set(token, calls);
    if (calls.length >= this.#options.calls) return (calls[0] ?? nowMs) - sinceMs;
    calls.push(nowMs);
    return undefined;
  }
}
