import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Backend, WaitingRequest } from '../backend/index.ts';
import { NO_USAGE, type Usage } from '../backend/index.ts';
import type { Time } from '../clock/index.ts';
import type { FaultOf, FaultPlan } from '../faults/index.ts';
import { FaultInjector, type FaultReport } from '../faults/index.ts';
import { POPS, type Pop } from '../pops.ts';

/** Where the isolates of a PoP take commands, and how often they can go cold. */
export const Isolate = z.strictObject({
  pop: z.enum(POPS),
  url: z.url(),
  coldStarts: z.int().nonnegative(),
  /** Whether it has bindings to other Workers or Durable Objects: what it asks there is not seen. */
  callsOthers: z.boolean(),
});
export type Isolate = z.infer<typeof Isolate>;

/** The expressions on which the `scheduled` handler of a Worker runs, and where it is called. */
export const Crons = z.strictObject({ worker: z.string(), url: z.url(), expressions: z.array(z.string()) });
export type Crons = z.infer<typeof Crons>;

/** What became of a run of a `scheduled` handler, as workerd tells it. */
const CronOutcome = z.object({ outcome: z.string() });
export type CronRun = z.infer<typeof CronOutcome> & { readonly worker: string };

type IsolateFault = FaultOf<'cold-isolate'> | FaultOf<'clock-skew'>;

/** The faults that befall the Worker itself, each told to its isolate when its time has come. */
export class IsolatesBackend implements Backend {
  readonly #time: Time;
  readonly #faults: FaultInjector;
  /** The last command to each isolate, by its URL: one waits for the one before, or they could arrive in any order. */
  readonly #told = new Map<string, Promise<void>>();
  readonly #coldStarted = new Map<string, number>();
  /** What the last look at the Workers showed. */
  #seen = '';
  #isolates: readonly Isolate[] = [];
  #crons: readonly Crons[] = [];
  #stopTimers: (() => void)[] = [];
  /** Those that last now, in the order in which they began: in each PoP the last one counts. */
  #skews: FaultOf<'clock-skew'>[] = [];

  constructor(time: Time, seed: number) {
    this.#time = time;
    this.#faults = new FaultInjector(time.clock, seed, 'isolates');
  }

  /** The isolates that there are; a plan that is set later reaches these. */
  set(isolates: readonly Isolate[], crons: readonly Crons[]): void {
    this.#isolates = isolates;
    this.#crons = crons;
  }

  /** Every cron that a Worker of the platform has. */
  get crons(): readonly string[] {
    return [...new Set(this.#crons.flatMap(({ expressions }) => expressions))];
  }

  /** Runs every Worker that has this cron, as at the last full minute of the clock. @returns once their handlers have ended */
  async runCron(cron: string): Promise<CronRun[]> {
    const scheduledTime = Math.floor(this.#time.clock.now() / MINUTE_MS) * MINUTE_MS;
    const due = this.#crons.filter(({ expressions }) => expressions.includes(cron));
    return Promise.all(
      due.map(async ({ worker, url }) => {
        const reply = await fetch(url, { method: 'POST', body: JSON.stringify({ cron, scheduledTime }) });
        const text = await reply.text();
        if (!reply.ok) throw new Error(`the cron of ${worker}: ${reply.status}: ${text}`);
        return { worker, ...CronOutcome.parse(JSON.parse(text)) };
      }),
    );
  }

  /** Why a plan asks for more cold starts than there are left, if it does. */
  lackFor(plan: FaultPlan): string | undefined {
    for (const { pop, url, coldStarts } of this.#isolates) {
      const left = coldStarts - (this.#coldStarted.get(url) ?? 0);
      const wanted = coldStartsIn(plan, pop);
      if (wanted > left)
        return (
          `Cold starts planned in ${pop}: ${wanted}; the Worker is held ready for ${left} more. What they need is ` +
          `compiled when the platform starts. Start it with "coldStarts": { "${pop}": <how many> }.`
        );
    }
    return undefined;
  }

  /**
   * The requests that wait, once the Workers have nothing left to do before time passes: each request that they serve
   * waits for D1, KV or an upstream, what they ask has arrived, and nothing has begun or ended between two looks. A
   * Worker runs in real time, and one that is about to send its next call must not miss a step. One that waits for a
   * timer or for its client would never come to rest, and is left behind after a second in which nothing happened.
   */
  async waitingAtRest(list: () => Promise<readonly WaitingRequest[]>): Promise<readonly WaitingRequest[]> {
    let stillSinceMs = performance.now();
    const longestStillMs = this.#isolates.some(({ callsOthers }) => callsOthers)
      ? UNSEEN_STILL_MS
      : LONGEST_STILL_MS;
    for (;;) {
      // Nobody would let time pass for nobody; and looking at a Worker at work keeps it from its work.
      if ((await list()).length === 0) return [];
      const reports = await Promise.all(this.#isolates.map(({ url }) => reportOf(url)));
      const waiting = await list();
      const calling = reports.reduce((sum, report) => sum + report.calling, 0);
      const isAtRest = calling <= waiting.length && reports.every(({ working }) => working === 0);
      const seen = JSON.stringify([reports, waiting]);
      const before = this.#seen;
      this.#seen = seen;
      if (seen !== before) stillSinceMs = performance.now();
      else if (isAtRest || performance.now() - stillSinceMs > longestStillMs) return waiting;
      await sleep(1);
    }
  }

  async advance(ms: number): Promise<void> {
    await this.#time.advance(ms);
    await this.#settled();
  }

  async untilNextMs(): Promise<number | undefined> {
    return this.#time.untilNextMs();
  }

  async setFaults(plan: FaultPlan): Promise<void> {
    for (const stop of this.#stopTimers) stop();
    this.#stopTimers = [];
    this.#faults.set(plan);
    const skewed = POPS.filter((pop) => this.#skewMsIn(pop) !== 0);
    this.#skews = [];
    for (const pop of skewed) this.#tell(pop, { skewMs: 0 });
    for (const pop of POPS) this.#tell(pop, { choice: 'anew' });
    const nowMs = this.#time.clock.now();
    for (const fault of plan.filter(isIsolateFault)) {
      if (fault.fromMs === 0) this.#begin(fault);
      else this.#at(nowMs + fault.fromMs, () => this.#begin(fault));
      if (fault.kind === 'clock-skew' && fault.forMs !== undefined)
        this.#at(nowMs + fault.fromMs + fault.forMs, () => this.#endSkew(fault));
    }
    await this.#settled();
  }

  async faultReports(): Promise<readonly FaultReport[]> {
    return this.#faults.report();
  }

  async waiting(): Promise<readonly never[]> {
    return [];
  }

  /** What a Worker does is not the data plane's work. */
  async usage(): Promise<Usage> {
    return NO_USAGE;
  }

  #begin(fault: IsolateFault): void {
    const nowMs = this.#time.clock.now();
    if (fault.kind === 'clock-skew') this.#skews.push(fault);
    const command = fault.kind === 'clock-skew' ? { skewMs: fault.skewMs } : { cold: true };
    for (const pop of popsOf(fault))
      this.#tell(pop, command, () => this.#faults.fired(fault.id, { pop }, nowMs));
  }

  #endSkew(fault: FaultOf<'clock-skew'>): void {
    this.#skews = this.#skews.filter((skew) => skew !== fault);
    for (const pop of popsOf(fault)) this.#tell(pop, { skewMs: this.#skewMsIn(pop) });
  }

  #skewMsIn(pop: Pop): number {
    return this.#skews.findLast((skew) => popsOf(skew).includes(pop))?.skewMs ?? 0;
  }

  #at(timeMs: number, callback: () => void): void {
    this.#stopTimers.push(this.#time.clock.at(timeMs, callback));
  }

  #tell(pop: Pop, command: object, done: () => void = () => undefined): void {
    for (const { url } of this.#isolates.filter((isolate) => isolate.pop === pop)) {
      if ('cold' in command) this.#coldStarted.set(url, (this.#coldStarted.get(url) ?? 0) + 1);
      const told = (this.#told.get(url) ?? Promise.resolve())
        .then(() => post(url, command))
        .then(done, (error: unknown) => console.error(`isolate ${pop}: ${error}`));
      this.#told.set(url, told);
    }
  }

  async #settled(): Promise<void> {
    await Promise.all(this.#told.values());
  }
}

/** How often a plan makes the isolates of a PoP go cold. */
export const coldStartsIn = (plan: FaultPlan, pop: Pop): number =>
  plan.filter((fault) => fault.kind === 'cold-isolate' && popsOf(fault).includes(pop)).length;

const popsOf = ({ pop }: IsolateFault): readonly Pop[] => (pop === undefined ? POPS : [pop]);

const isIsolateFault = (fault: FaultPlan[number]): fault is IsolateFault =>
  fault.kind === 'cold-isolate' || fault.kind === 'clock-skew';

const LONGEST_STILL_MS = 1_000;
/** A Worker that waits for another one looks as if it were at work: it is believed to wait after so long. */
const UNSEEN_STILL_MS = 50;
const MINUTE_MS = 60_000;

const Report = z.object({ working: z.int(), calling: z.int(), events: z.int() });

async function reportOf(url: string): Promise<z.infer<typeof Report>> {
  return Report.parse(await (await fetch(url)).json());
}

async function post(url: string, command: object): Promise<void> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(command) });
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
}
