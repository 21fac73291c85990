/** What became of one call. */
export type Did = { readonly error: string } | Readonly<Record<string, unknown>>;

export const DATABASES = ['DB', 'OTHER'] as const;

const TABLE = 'CREATE TABLE IF NOT EXISTS probe_mark (id INTEGER PRIMARY KEY, mark INTEGER NOT NULL)';
const FIRST = 'INSERT INTO probe_mark (id, mark) VALUES (1, 0) ON CONFLICT (id) DO NOTHING';
const READ = 'SELECT mark FROM probe_mark WHERE id = 1';
const WRITE = 'UPDATE probe_mark SET mark = ? WHERE id = 1';

/** One table with one row, whose mark tells which write a copy has reached. */
export async function makeReady(database: D1Database): Promise<Did> {
  return told(database.batch([TABLE, FIRST].map((sql) => database.prepare(sql))));
}

/** Each time in a session of its own. */
export async function readTimes(
  database: D1Database,
  name: string,
  constraint: string,
  times: number,
): Promise<Did[]> {
  const dids: Did[] = [];
  for (let at = 0; at < times; at += 1) {
    const session = sessionOf(database, constraint);
    const read = await told(session.prepare(READ).all<{ mark: number }>());
    dids.push({ ...read, database: name, ...bookmarkOf(session) });
  }
  return dids;
}

interface Write {
  readonly session: string;
  readonly mark: number;
  readonly times: number;
}

/** One after the other, of rising marks. */
export async function writeTimes(database: D1Database, { session, mark, times }: Write): Promise<Did[]> {
  const dids: Did[] = [];
  for (let at = 0; at < times; at += 1) {
    const opened = sessionOf(database, session);
    const write = await told(
      opened
        .prepare(WRITE)
        .bind(mark + at)
        .all(),
    );
    dids.push({ ...write, ...bookmarkOf(opened) });
  }
  return dids;
}

/** So many reads at the primary in one batch. */
export const batchOf = (database: D1Database, statements: number): Promise<Did> =>
  told(database.batch(Array.from({ length: statements }, () => database.prepare(READ))));

const sessionOf = (database: D1Database, constraint: string): D1Database | D1DatabaseSession =>
  constraint === 'none' ? database : database.withSession(constraint);

const bookmarkOf = (opened: D1Database | D1DatabaseSession) =>
  'getBookmark' in opened ? { bookmark: opened.getBookmark() } : {};

/** What D1 tells of a call: who served it, how long it took there, and what was found; or its error. */
async function told(call: Promise<D1Result | D1Result[]>): Promise<Did> {
  try {
    const all = [await call].flat();
    const [{ meta, results } = { meta: undefined, results: [] }] = all;
    const sqlMs = all.map((each) => each.meta.timings?.sql_duration_ms);
    return {
      mark: (results[0] as { mark?: number } | undefined)?.mark ?? null,
      region: meta?.served_by_region ?? null,
      colo: meta?.served_by_colo ?? null,
      isPrimary: meta?.served_by_primary ?? null,
      attempts: meta?.total_attempts ?? null,
      // A time that is not told is not zero.
      sqlMs: sqlMs.every((each) => each !== undefined) ? sqlMs.reduce((sum, each) => sum + each, 0) : null,
    };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
