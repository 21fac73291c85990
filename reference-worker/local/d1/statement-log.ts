import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { type Chance, chanceOf } from '../latency/index.ts';
import type { Execution } from './connection.ts';
import type { PlannedQuery, PlannedRequest } from './plan-queries.ts';
import type { WireValue } from './protocol.ts';
import type { CountedRequest, RequestCount, StatementCount } from './row-count.ts';

/** So many executions stand for all those of a statement; of a write, which is counted while others wait, fewer. */
const SAMPLES = { read: 32, write: 8 } as const;
/** Texts that are told apart; of a Worker that writes values into its SQL the others are counted together. */
const TEXTS = 1_000;

/** One execution that stands for others. */
export interface StatementSample {
  readonly params: readonly WireValue[];
  /** Of a write, on the database as it was before it; a read is counted when nobody waits. */
  readonly rowsRead?: number | undefined;
  readonly rowsWritten?: number | undefined;
}

/** What became of one statement, on one instance and for one operation, since the log was last taken. */
export interface StatementUse {
  readonly database: string;
  /** `primary`, or the region of a replica. */
  readonly instance: string;
  /** Of the request that the Worker served with it, as its caller has named it; null where it has none. */
  readonly operation: string | null;
  /** null: all those beyond the first thousand texts. */
  readonly sql: string | null;
  readonly access: 'read' | 'write';
  readonly executions: number;
  readonly rowsReturned: number;
  /** How long SQLite worked on it here, all executions together. */
  readonly sqlMs: number;
  /** Drawn evenly from the executions (Vitter, Random Sampling with a Reservoir, 1985); all of them where they are few. */
  readonly samples: readonly StatementSample[];
}

type Use = { -readonly [Key in keyof StatementUse]: StatementUse[Key] } & { samples: StatementSample[] };

export interface StatementLogOptions {
  readonly database: string;
  readonly rows: 'untold' | 'sampled' | 'exact';
  readonly seed: number;
}

/** Writes down which statements a database runs, and counts their rows: of a sample, or of every one of them. */
export class StatementLog {
  readonly #options: StatementLogOptions;
  readonly #chance: Chance;
  #uses = new Map<string, Use>();
  #countNow: CountNow | undefined;

  constructor(options: StatementLogOptions) {
    this.#options = options;
    this.#chance = chanceOf(options.seed, options.database, 'statements');
  }

  /** @param url of what counts the rows of this database */
  setCounter(url: string): void {
    this.#countNow = countNow(url);
  }

  /**
   * Runs a request and writes down what it did. What fails is not written down.
   *
   * @param run executes its queries, in their order
   * @returns their executions, with the rows of those that were counted
   */
  around(instance: string, request: PlannedRequest, run: () => readonly Execution[]): readonly Execution[] {
    const { rows } = this.#options;
    if (rows === 'untold') return run();
    const { queries, access, operation } = request;
    const drawn = queries.map((query) => {
      const use = this.#useOf(instance, query, access, operation);
      use.executions += 1;
      const slot = this.#slotIn(use);
      // Taken at once: another statement of the request may have the same text.
      const isNew = slot === use.samples.length;
      if (isNew) use.samples.push({ params: query.params });
      return { use, slot, isNew };
    });
    const isCounted =
      rows === 'exact' || (access === 'write' && drawn.some(({ slot }) => slot !== undefined));
    try {
      const counts = isCounted ? this.#count(request) : undefined;
      const executions = run();
      for (const [index, { use, slot }] of drawn.entries()) {
        const { rows: returned, durationMs } = executions[index] ?? nothing(index);
        use.rowsReturned += returned.length;
        use.sqlMs += durationMs;
        const { rowsRead, rowsWritten } = counts?.[index] ?? {};
        const params = queries[index]?.params ?? [];
        if (slot !== undefined)
          use.samples[slot] = { params, ...(access === 'write' && { rowsRead, rowsWritten }) };
      }
      return counts
        ? executions.map((execution, index) => ({ ...execution, count: counts[index] }))
        : executions;
    } catch (error) {
      for (const { use, isNew } of drawn) {
        use.executions -= 1;
        if (isNew) use.samples.pop();
      }
      throw error;
    }
  }

  /** What was written down since the last time. */
  take(): StatementUse[] {
    const uses = [...this.#uses.values()];
    this.#uses = new Map();
    return uses.filter(({ executions }) => executions > 0);
  }

  #useOf(
    instance: string,
    { sql }: PlannedQuery,
    access: StatementUse['access'],
    operation: string | undefined,
  ): Use {
    const keyOf = (text: string | null): string => [instance, operation, access, text].join('\n');
    const known = this.#uses.get(keyOf(sql));
    if (known) return known;
    const text = this.#uses.size < TEXTS ? sql : null;
    const use: Use = this.#uses.get(keyOf(text)) ?? {
      ...{ database: this.#options.database, instance, operation: operation ?? null, sql: text, access },
      ...{ executions: 0, rowsReturned: 0, sqlMs: 0, samples: [] },
    };
    this.#uses.set(keyOf(text), use);
    return use;
  }

  /** Where in the reservoir the execution goes that has just been added; undefined: it is not kept. */
  #slotIn({ sql, access, executions, samples }: Use): number | undefined {
    if (sql === null) return undefined;
    if (samples.length < SAMPLES[access]) return samples.length;
    const at = Math.floor(this.#chance() * executions);
    return at < SAMPLES[access] ? at : undefined;
  }

  /** undefined: SQLite could not run it there; what it says of it here is told to the Worker. */
  #count({ queries, access }: PlannedRequest): readonly StatementCount[] | undefined {
    if (!this.#countNow) return undefined;
    const statements = queries.map(({ sql, params }) => ({ sql, params }));
    const count = this.#countNow({ readOnly: access === 'read', statements });
    return 'counts' in count ? count.counts : undefined;
  }
}

function nothing(index: number): never {
  throw new Error(`The query at ${index} was executed and left nothing.`);
}

/** Counts the rows of a request; see `countNow`. */
type CountNow = (request: CountedRequest) => RequestCount;

/**
 * Counts before the caller does anything else: between the count and what the caller then does, nothing can happen to the
 * database of which the caller is the only writer. The thread that calls stands still meanwhile, for some milliseconds.
 *
 * @param url of the counter of the database
 */
function countNow(url: string): CountNow {
  const { port1, port2 } = new MessageChannel();
  const answered = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const asker = new Worker(new URL('./asker.ts', import.meta.url), {
    workerData: { url, port: port2, answered },
    transferList: [port2],
  });
  // Neither may keep a thread alive whose work is over.
  asker.unref();
  port1.unref();
  return (request) => {
    Atomics.store(answered, 0, 0);
    port1.postMessage(JSON.stringify([request]));
    Atomics.wait(answered, 0, 0);
    const [count]: RequestCount[] = JSON.parse(receiveMessageOnPort(port1)?.message);
    if (count === undefined) throw new Error('The row counter has answered with nothing.');
    return count;
  };
}
