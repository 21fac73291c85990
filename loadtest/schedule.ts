import { setTimeout as delay } from 'node:timers/promises';
import type { Copies, PlatformControl } from '../reference-worker/target/index.ts';
import type { Scenario } from './scenarios/index.ts';

/** What became of the scheduled runs of a Worker while its users worked. */
export interface ScheduledRuns {
  readonly runs: number;
  /** Those that ended in an error, each with what it said. */
  readonly failures: readonly string[];
}

/**
 * Runs the refreshes that a system describes, each when the first phase that counts begins and then at its interval, as Cloudflare would:
 * also where the run before has not ended.
 */
export class Schedule {
  readonly #over = new AbortController();
  readonly #failures: string[] = [];
  #runs = 0;

  /** @param control of the platform that the Worker runs on, in real time */
  constructor(
    control: Pick<PlatformControl, 'cron'>,
    copies: Copies,
    { phases, slowMotion }: Pick<Scenario, 'phases' | 'slowMotion'>,
  ) {
    const first = phases.findIndex(({ counts }) => counts);
    const beforeMs = phases.slice(0, first).reduce((sum, { seconds }) => sum + seconds * 1_000, 0);
    for (const { refresh } of Object.values(copies))
      void this.#keep(control, refresh.cron, beforeMs * slowMotion, refresh.everyMs * slowMotion);
  }

  get ran(): ScheduledRuns {
    return { runs: this.#runs, failures: this.#failures };
  }

  stop(): void {
    this.#over.abort();
  }

  async #keep(control: Pick<PlatformControl, 'cron'>, cron: string, firstMs: number, everyMs: number) {
    for (let waitMs = firstMs; await this.#passes(waitMs); waitMs = everyMs) void this.#run(control, cron);
  }

  async #run(control: Pick<PlatformControl, 'cron'>, cron: string): Promise<void> {
    this.#runs += 1;
    try {
      for (const { outcome, worker } of await control.cron(cron))
        if (outcome !== 'ok') this.#failures.push(`${worker}: ${outcome}`);
    } catch (error) {
      // A run that the end of the load has cut short says nothing of the Worker.
      if (!this.#over.signal.aborted) this.#failures.push(String(error));
    }
  }

  /** @returns false once it is over */
  #passes(ms: number): Promise<boolean> {
    return delay(ms, true, { signal: this.#over.signal }).catch(() => false);
  }
}
