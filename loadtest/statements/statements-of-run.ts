import {
  type CountedStatement,
  helpfulIndex,
  type Platform,
  planOf,
  takeCounted,
} from '../../reference-worker/target/index.ts';
import type { OperationCost, StatementOfRun, StatementsOfRun } from '../../reports/schema/index.ts';
import { sum } from '../sum.ts';
import { estimateTotal, perEach, type Stratum } from './estimate.ts';

type Use = Awaited<ReturnType<Platform['use']>>[number]['operations'];

/** Of so many statements, those that read the most rows, the plan is told. */
const PLANNED = 30;
/** For so many an index is looked for: to make one of a table of gigabytes takes a while. */
const ADVISED = 5;
/** A statement that reads so many rows for each that it returns, and no fewer than that in all, may lack an index. */
const WASTEFUL_ROWS = 10;

/** Watches the statements of a load on a platform that counts rows. */
export class StatementWatch {
  readonly #platform: Platform;
  #before: Use = {};

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** From here on what statements do belongs to the load. */
  async start(): Promise<void> {
    if (!this.#platform.rows) return;
    await this.#platform.control.takeStatements();
    this.#before = await useOf(this.#platform);
  }

  /**
   * Counts, when the load is over and nobody writes any more.
   *
   * @returns undefined where the platform counts no rows
   */
  async finish(): Promise<StatementsOfRun | undefined> {
    const { rows, control, operator } = this.#platform;
    if (!rows) return undefined;
    const counted = await takeCounted({ rows, control });
    const use = await useOf(this.#platform);
    const statements: StatementOfRun[] = [];
    let advised = 0;
    for (const [at, { statement, same }] of statementsOf(counted).entries()) {
      const [first] = same;
      const plan = first && at < PLANNED ? await planOf({ rows, control }, first) : [];
      const isAdvised = isWasteful(statement) && advised < ADVISED;
      if (isAdvised) advised += 1;
      const index = first && isAdvised ? await helpfulIndex({ rows, control }, operator, first) : undefined;
      statements.push({ ...statement, plan: [...plan], ...(index && { index }) });
    }
    return {
      statements,
      operations: operationsOf(counted, use, this.#before),
      uncounted: sum(counted.filter((each) => each.counted.length === 0).map(({ executions }) => executions)),
    };
  }
}

async function useOf(platform: Platform): Promise<Use> {
  const all = (await platform.use()).flatMap(({ operations }) => Object.entries(operations));
  const byOperation = Map.groupBy(all, ([operation]) => operation);
  return Object.fromEntries(
    [...byOperation].map(([operation, same]) => [operation, added(same.map(([, use]) => use))]),
  );
}

function added(uses: readonly Use[string][]): Use[string] {
  const total = (of: keyof Use[string]): number => sum(uses.map((use) => use[of]));
  return {
    requests: total('requests'),
    kvReads: total('kvReads'),
    kvWrites: total('kvWrites'),
    kvDeletes: total('kvDeletes'),
    kvLists: total('kvLists'),
  };
}

/** One for each text, operation and database, those that read the most rows first. */
function statementsOf(counted: readonly CountedStatement[]) {
  const groups = Map.groupBy(counted, ({ database, operation, sql, access }) =>
    JSON.stringify([database, operation, sql, access]),
  );
  return [...groups.values()]
    .flatMap((same) => {
      const [first] = same;
      return first ? [{ same, statement: statementOf(first, same) }] : [];
    })
    .toSorted((a, b) => rowsOf(b.statement) - rowsOf(a.statement));
}

const rowsOf = ({ executions, rowsRead }: Pick<StatementOfRun, 'executions' | 'rowsRead'>): number =>
  executions * (rowsRead?.mean ?? 0);

function statementOf(
  { database, operation, sql, access }: CountedStatement,
  same: readonly CountedStatement[],
): Omit<StatementOfRun, 'plan'> {
  const executions = sum(same.map((each) => each.executions));
  const counted = sum(same.map((each) => each.counted.length));
  const known = sum(same.flatMap((each) => (each.counted.length > 0 ? [each.executions] : [])));
  const estimate = (of: 'rowsRead' | 'rowsWritten') =>
    counted === 0 ? null : perEach(estimateTotal(same.map(strataOf(of))), known);
  return {
    ...{ database, operation, sql, access, executions, counted },
    rowsReturned: sum(same.map((each) => each.rowsReturned)),
    rowsRead: estimate('rowsRead'),
    rowsWritten: estimate('rowsWritten'),
    primaryMs: sum(same.flatMap(({ instance, sqlMs }) => (instance === 'primary' ? [sqlMs] : []))),
  };
}

const strataOf =
  (of: 'rowsRead' | 'rowsWritten') =>
  ({ executions, counted }: CountedStatement): Stratum => ({
    executions,
    counts: counted.map((each) => each[of]),
  });

function isWasteful({ executions, rowsReturned, rowsRead }: Omit<StatementOfRun, 'plan'>): boolean {
  const returned = Math.max(1, rowsReturned / executions);
  return rowsRead !== null && rowsRead.mean >= WASTEFUL_ROWS * returned;
}

function operationsOf(counted: readonly CountedStatement[], use: Use, before: Use): OperationCost[] {
  return Object.entries(use).flatMap(([operation, now]) => {
    const since = (of: keyof Use[string]): number => now[of] - (before[operation]?.[of] ?? 0);
    const requests = since('requests');
    if (requests === 0) return [];
    const own = counted.filter((each) => each.operation === operation);
    const rows = (of: 'rowsRead' | 'rowsWritten') => perEach(estimateTotal(own.map(strataOf(of))), requests);
    return [
      {
        ...{ operation, requests, rowsRead: rows('rowsRead'), rowsWritten: rows('rowsWritten') },
        kvReads: since('kvReads') / requests,
        kvWrites: since('kvWrites') / requests,
        kvDeletes: since('kvDeletes') / requests,
        kvLists: since('kvLists') / requests,
      },
    ];
  });
}
