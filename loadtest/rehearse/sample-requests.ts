import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AccountPlan,
  type Client,
  clientAt,
  type Operation,
  type Placed,
} from '../../reference-worker/target/index.ts';
import type { LoadSubject } from '../system.ts';

/** A request starts this often, whatever became of those before it: so what waits is seen waiting. */
const EVERY_MS = 100;

export interface SampledRequests {
  readonly count: number;
  readonly failed: number;
  readonly medianMs: number;
  readonly longestMs: number;
  /** What the first few that failed were told. */
  readonly errors: string[];
}

/** People who go on working: they read, list and write documents of the account that a load is of. */
export class SampleRequests {
  readonly #client: Client;
  readonly #operations: readonly Operation[];
  #phase: { readonly latenciesMs: number[]; readonly errors: string[] } = { latenciesMs: [], errors: [] };
  #isStopped = false;
  readonly #running: Promise<void>;
  readonly #pending = new Set<Promise<void>>();

  constructor(client: Client, operations: readonly Operation[]) {
    this.#client = client;
    this.#operations = operations;
    this.#running = this.#run();
  }

  /** What became of those that started since the last call, once all of them have been answered. */
  async take(): Promise<SampledRequests> {
    const { latenciesMs, errors } = this.#phase;
    const ofPhase = [...this.#pending];
    this.#phase = { latenciesMs: [], errors: [] };
    await Promise.all(ofPhase);
    const sorted = latenciesMs.toSorted((a, b) => a - b);
    return {
      count: sorted.length,
      failed: errors.length,
      medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
      longestMs: sorted.at(-1) ?? 0,
      errors: [...new Set(errors)].slice(0, 3),
    };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
    await Promise.all(this.#pending);
  }

  async #run(): Promise<void> {
    for (let next = 0; !this.#isStopped; next += 1) {
      const operation = this.#operations[next % this.#operations.length];
      if (!operation) return;
      const asked = this.#ask(operation).finally(() => this.#pending.delete(asked));
      this.#pending.add(asked);
      await sleep(EVERY_MS);
    }
  }

  async #ask(operation: Operation): Promise<void> {
    const { latenciesMs, errors } = this.#phase;
    const startMs = performance.now();
    const error = await this.#client.ask(operation).then(
      ({ answer, response }) =>
        answer.outcome === 'ok'
          ? undefined
          : `${operation.kind}: ${response.status} ${response.body.slice(0, 160)}`,
      (cause: unknown) => `${operation.kind}: ${cause instanceof Error ? cause.message : cause}`,
    );
    latenciesMs.push(performance.now() - startMs);
    if (error !== undefined) errors.push(error);
  }
}

/** The requests of people in the account under test, as the system's routes allow: its first documents, read, listed and written. */
export async function sampleRequests(
  { system, data: { model } }: LoadSubject,
  placed: Placed,
  url: string,
  plan: AccountPlan,
): Promise<SampleRequests> {
  const { routes } = system;
  const operations = model.resources.flatMap((resource): Operation[] => {
    const [place] = model.placesOf(plan, resource);
    if (!place) return [];
    const handle = { resource, id: place.id };
    const body = JSON.parse(model.rowAt(plan, place).body);
    return [
      ...(routes.read ? [{ kind: 'read', ...handle } as const] : []),
      ...(routes.list ? [{ kind: 'list', resource, limit: 10 } as const] : []),
      ...(routes.put ? [{ kind: 'put', ...handle, body } as const] : []),
    ];
  });
  const token = await placed.tokenOf(plan.account, 0);
  return new SampleRequests(clientAt({ system, url, account: plan.account, token }), operations);
}
