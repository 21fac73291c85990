import { LoadTestError } from '../errors.ts';
import { pricesOn, usdOfUse } from '../headroom/index.ts';
import { sum } from '../sum.ts';

type Database = 'DB' | 'OTHER';

/** What the probe can be asked to do; see reference-worker/probe. */
export type Question =
  | { readonly does: 'nothing' | 'ready' }
  | {
      readonly does: 'read';
      readonly of?: readonly Database[];
      readonly session: string;
      readonly times?: number;
    }
  | {
      readonly does: 'write';
      readonly database?: Database;
      readonly session: string;
      readonly mark: number;
      readonly times?: number;
    }
  | { readonly does: 'batch'; readonly statements: number }
  | { readonly does: 'get'; readonly key: string; readonly times?: number }
  | { readonly does: 'put'; readonly key: string; readonly value: string; readonly times?: number };

/** How much is asked of the probe: so many samples of everything. */
export interface CalibrationPlan {
  /** Of each place: reads that reach whatever instance D1 chooses. */
  readonly reads: number;
  /** Of each place: what costs nothing but the way there. */
  readonly nothings: number;
  /** Reads and writes whose time the database tells. */
  readonly serviceReads: number;
  readonly serviceWrites: number;
  readonly batches: number;
  /** Writes whose way to the replicas is followed, each for so long at most. */
  readonly marks: number;
  readonly markMs: number;
  /** And all of them together: a replica that is rarely reached takes long to show one. */
  readonly marksMs: number;
  /** Keys of KV whose way to other places is followed. */
  readonly keys: number;
  /** Reads of KV from a cache, and from the central store. */
  readonly cachedReads: number;
  readonly centralReads: number;
}

/** Within 200,000 rows read, 20,000 written and 1,000 writes of KV, and ten minutes over a common distance. */
export const STANDARD_PLAN: CalibrationPlan = {
  reads: 800,
  nothings: 100,
  serviceReads: 1_500,
  serviceWrites: 800,
  batches: 120,
  marks: 150,
  markMs: 10_000,
  marksMs: 240_000,
  keys: 600,
  cachedReads: 400,
  centralReads: 500,
};

/** Everything that somebody pays for. */
export interface Spent {
  readonly requests: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly kvReads: number;
  readonly kvWrites: number;
}

export const BATCH = 11;
/** Reads of one look at the replicas. */
export const LOOK = ['DB', 'DB', 'OTHER', 'OTHER'] as const;
/** Beyond that a mark is given up, whatever the time. */
export const LOOKS_MAX = 90;
/** Of each kind of bookmark that is not the own one's. */
export const BOOKMARK_READS_MAX = 24;
const STRANGE_KINDS = 3;
/** With the bookmark of a write that was just made. */
export const OWN_READS = 20;
/** How often it is looked whether the tables have reached the replicas, by several reads each time. */
export const SETTLING_TRIES = 60;
/** Requests that are made once more, because the connection was lost. */
const AGAIN = 20;
/** Two tables with a row and an index of their own each, and what the schema itself takes. */
const READY_ROWS = 6;
export const TTL_READS_MAX = 1_200;
export const WRITE_BURST = 6;
export const WRITE_BURSTS = 4;
/** Calls of one kind within one request. */
export const AT_ONCE = 10;

/** The most that a calibration takes, so that it can be said before it starts. */
export function mostOf(plan: CalibrationPlan, places: number): Spent {
  const { reads, nothings, serviceReads, serviceWrites, batches, marks, keys } = plan;
  const looks = marks * LOOKS_MAX;
  const strangeReads = STRANGE_KINDS * BOOKMARK_READS_MAX;
  const foreignWrites = BOOKMARK_READS_MAX * AT_ONCE;
  const kvReads = plan.centralReads + keys * places + TTL_READS_MAX;
  const kvWrites = keys + WRITE_BURST * WRITE_BURSTS + 1 + AGAIN;
  const rowsWritten = places * READY_ROWS + serviceWrites + 2 * marks + OWN_READS + foreignWrites;
  return {
    requests:
      places * (1 + reads + 2 * nothings) +
      SETTLING_TRIES +
      (serviceReads + serviceWrites) / AT_ONCE +
      batches +
      looks +
      2 * marks +
      2 * OWN_READS +
      strangeReads +
      BOOKMARK_READS_MAX +
      AGAIN +
      kvReads +
      keys +
      WRITE_BURSTS +
      1,
    rowsRead:
      places * reads +
      SETTLING_TRIES * AT_ONCE +
      serviceReads +
      batches * BATCH +
      looks * LOOK.length +
      OWN_READS +
      strangeReads +
      // An update reads the row that it changes.
      rowsWritten,
    rowsWritten,
    kvReads,
    kvWrites,
  };
}

/** At list price, as if nothing were included. @returns undefined on a day of which the prices were not read */
export function usdOfSpent(spent: Spent, date: string): number | undefined {
  const prices = pricesOn(date);
  return prices && usdOfUse(spent, prices);
}

/** Counts what is asked, and lets nothing through that goes beyond what was said. */
export class Spending {
  readonly #most: Spent;
  #spent: Spent = { requests: 0, rowsRead: 0, rowsWritten: 0, kvReads: 0, kvWrites: 0 };

  constructor(most: Spent) {
    this.#most = most;
  }

  get spent(): Spent {
    return this.#spent;
  }

  /** @throws LoadTestError `calibration_budget`: a mistake of the calibration, which must not cost anybody */
  take(asked: Question): void {
    const taken = spentBy(asked);
    const after = {
      requests: this.#spent.requests + 1,
      rowsRead: this.#spent.rowsRead + (taken.rowsRead ?? 0),
      rowsWritten: this.#spent.rowsWritten + (taken.rowsWritten ?? 0),
      kvReads: this.#spent.kvReads + (taken.kvReads ?? 0),
      kvWrites: this.#spent.kvWrites + (taken.kvWrites ?? 0),
    };
    for (const name of NAMES)
      if (after[name] > this.#most[name])
        throw new LoadTestError(
          'calibration_budget',
          `the calibration would take more ${name} than the ${this.#most[name]} that it said. It has stopped; report this as a mistake of it.`,
        );
    this.#spent = after;
  }
}

const NAMES = ['requests', 'rowsRead', 'rowsWritten', 'kvReads', 'kvWrites'] as const;

function spentBy(asked: Question): Partial<Spent> {
  const times = 'times' in asked ? (asked.times ?? 1) : 1;
  if (asked.does === 'read') return { rowsRead: times * (asked.of?.length ?? 1) };
  if (asked.does === 'write') return { rowsRead: times, rowsWritten: times };
  if (asked.does === 'batch') return { rowsRead: asked.statements };
  if (asked.does === 'ready') return { rowsRead: READY_ROWS, rowsWritten: READY_ROWS };
  if (asked.does === 'get') return { kvReads: times };
  return asked.does === 'put' ? { kvWrites: times } : {};
}

/** Of five reads that wait for a bookmark in vain, each as long as a query may take, and of a cache of KV. */
const WAITED_MS = 5 * 30_000 + 60_000;

/** How long it takes over a distance. @param roundTripMs to the probe and on to D1 or KV */
export const minutesOf = (plan: CalibrationPlan, places: number, roundTripMs: number): number =>
  sum([
    places * (plan.reads + plan.nothings) * roundTripMs,
    ((plan.serviceReads + plan.serviceWrites) * roundTripMs) / 2,
    plan.batches * roundTripMs,
    Math.min(plan.marksMs, plan.marks * (8 * roundTripMs + 1_000)),
    WAITED_MS,
    (plan.centralReads + plan.cachedReads / AT_ONCE + plan.keys * (places + 1)) * 2 * roundTripMs,
  ]) / 60_000;
