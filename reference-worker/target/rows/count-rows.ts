import type { Platform, StatementUse } from '../../local/index.ts';

/** What counts rows on a running platform. */
export type CountedPlatform = Pick<Platform, 'control' | 'rows'>;
type Params = StatementUse['samples'][number]['params'];

/** One execution of a statement, as D1 would bill it. */
export interface CountedExecution {
  readonly params: Params;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

/** What one statement did on one instance for one operation, with the rows of some executions or of all. */
export interface CountedStatement extends Omit<StatementUse, 'samples'> {
  readonly counted: readonly CountedExecution[];
  /** SQLite's words for why some could not be counted; undefined where all could. */
  readonly failure: string | undefined;
}

/**
 * Takes what statements have done since the last time, and counts the rows of the executions that stand for them: of writes as
 * they were counted on the database before them, of reads now, in one batch for each database.
 *
 * @throws Error where the platform was started with rows `untold`
 */
export async function takeCounted({ control, rows }: CountedPlatform): Promise<readonly CountedStatement[]> {
  const counter = rows ?? untold();
  const uses = await control.takeStatements();
  const counted: CountedStatement[] = [];
  for (const { samples, ...use } of uses) {
    const { sql, access } = use;
    const counts =
      access === 'read' && sql !== null ? await countReads(counter, use.database, sql, samples) : samples;
    const executions = samples.flatMap(({ params }, index) => {
      const { rowsRead, rowsWritten } = counts[index] ?? {};
      return rowsRead === undefined || rowsWritten === undefined ? [] : [{ params, rowsRead, rowsWritten }];
    });
    const [failed] = counts.flatMap((count) => ('error' in count ? [count.error] : []));
    counted.push({ ...use, counted: executions, failure: failed });
  }
  return counted;
}

type ReadCount = { readonly rowsRead?: number; readonly rowsWritten?: number; readonly error?: string };

async function countReads(
  counter: NonNullable<Platform['rows']>,
  database: string,
  sql: string,
  samples: StatementUse['samples'],
): Promise<readonly ReadCount[]> {
  const counts = await counter.count(
    database,
    samples.map(({ params }) => ({ readOnly: true, statements: [{ sql, params }] })),
  );
  return counts.map((count) => ('error' in count ? { error: count.error } : (count.counts[0] ?? {})));
}

function untold(): never {
  throw new Error('Rows are counted on a platform that is started with "rows": "sampled" or "exact".');
}
