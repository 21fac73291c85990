import { z } from 'zod';
import { type HttpResponse, sendHttp, TransportError } from '../../reference-worker/target/index.ts';
import { LoadTestError } from '../errors.ts';
import type { Question, Spending } from './spending.ts';

/** The time in which a calibration takes place: that of this process, or of a platform whose clock is stepped. */
export interface Timing {
  /** Milliseconds that only rise. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Lets time pass until the work is done. */
  during<Result>(work: Promise<Result>): Promise<Result>;
}

export const realTime = (signal: AbortSignal): Timing => ({
  now: () => performance.now(),
  sleep: (ms) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal.addEventListener('abort', stop, { once: true });
    }),
  during: (work) => work,
});

/** What became of one call of D1 or KV. What it did not tell is null. */
const Done = z.object({
  error: z.string().optional(),
  database: z.enum(['DB', 'OTHER']).optional(),
  mark: z.number().nullish(),
  region: z.string().nullish(),
  colo: z.string().nullish(),
  isPrimary: z.boolean().nullish(),
  attempts: z.number().nullish(),
  sqlMs: z.number().nullish(),
  bookmark: z.string().nullish(),
  value: z.string().nullish(),
  cacheStatus: z.string().nullish(),
});
export type Done = z.infer<typeof Done>;

const Reply = z.object({
  probe: z.literal(1),
  colo: z.string().nullable(),
  isolate: z.string(),
  did: z.array(Done),
});

export interface ProbeAnswer extends z.infer<typeof Reply> {
  /** Of the timing. */
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly tookMs: number;
}

/** Takes a question to the probe at a URL, and its answer back. @throws TransportError when none comes */
export type Send = (url: string, asked: Question) => Promise<Pick<HttpResponse, 'status' | 'body'>>;

/** @param secret of the probe */
export const overHttp =
  (secret: string, signal: AbortSignal): Send =>
  (url, asked) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const request = { method: 'POST', path: '/probe', headers, body: JSON.stringify(asked) };
    return sendHttp(url, request, { signal, timeoutMs: PATIENCE_MS });
  };

export interface ProbeOptions {
  readonly url: string;
  readonly send: Send;
  readonly timing: Timing;
  readonly spending: Spending;
  readonly signal: AbortSignal;
}

/** A replica may keep a reader waiting for its bookmark for as long as nobody has documented. */
const PATIENCE_MS = 120_000;
/** Over tens of thousands of requests a connection is lost now and then. */
const TRIES = 3;
const AGAIN_AFTER_MS = 500;

/** Whoever asks the probe at one place: one question after the other, so that none waits for another of ours. */
export class Probe {
  readonly url: string;
  readonly #options: ProbeOptions;
  /** How often each isolate has answered. */
  readonly isolates = new Map<string, number>();

  constructor(options: ProbeOptions) {
    this.url = options.url;
    this.#options = options;
  }

  /** @throws LoadTestError `not_a_probe`, `probe_failed`, `calibration_budget` */
  async ask(asked: Question): Promise<ProbeAnswer> {
    const { url, timing, signal } = this.#options;
    for (let tries = 1; ; tries += 1) {
      signal.throwIfAborted();
      try {
        return await this.#askOnce(asked);
      } catch (error) {
        if (!(error instanceof TransportError) || signal.aborted) throw error;
        if (tries === TRIES)
          throw new LoadTestError(
            'probe_failed',
            `${url} did not answer (${error.message}). What had been measured is dropped. Start again when it answers.`,
          );
        // Whatever it was asked may be done twice: marks only rise, and no key is given another value.
        await timing.sleep(AGAIN_AFTER_MS);
      }
    }
  }

  async #askOnce(asked: Question): Promise<ProbeAnswer> {
    const { url, send, timing, spending } = this.#options;
    spending.take(asked);
    const sentMs = timing.now();
    const { status, body } = await timing.during(send(url, asked));
    const answeredMs = timing.now();
    const reply = this.#replyOf(status, body);
    this.isolates.set(reply.isolate, (this.isolates.get(reply.isolate) ?? 0) + 1);
    return { ...reply, sentMs, answeredMs, tookMs: answeredMs - sentMs };
  }

  #replyOf(status: number, body: string): z.infer<typeof Reply> {
    const { url } = this.#options;
    if (status === 401 || status === 403)
      throw new LoadTestError(
        'not_a_probe',
        `${url} does not take the secret. PROBE_SECRET must be what "wrangler secret put PROBE_SECRET" was given there.`,
      );
    const reply = Reply.safeParse(jsonOf(body)).data;
    if (status === 200 && reply) return reply;
    if (status >= 500)
      throw new LoadTestError(
        'probe_failed',
        `${url} answered with ${status}. "wrangler tail" of the probe says why.`,
      );
    throw new LoadTestError(
      'not_a_probe',
      `${url} is no probe of this version (status ${status}). Deploy reference-worker/probe, and give its URL.`,
    );
  }
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
