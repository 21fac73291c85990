import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  databaseFile,
  type Exported,
  exportSql,
  importSql,
  type Operator,
} from '../../reference-worker/target/index.ts';
import { startProgress } from '../../reports/command/index.ts';
import { formatBytes, formatSeconds } from '../../reports/document/index.ts';
import { decide, type RehearsalAttempt, type Signal, signal } from '../../reports/index.ts';
import { BESIDE_MS, type RehearsalPlace, startAtWork } from './at-work.ts';
import type { RehearsedRequests } from './judge.ts';
import { readSchema, type Schema } from './schema.ts';

/** What `wrangler d1 execute --file` takes (developers.cloudflare.com/d1/best-practices/import-export-data). */
const IMPORT_LIMIT_BYTES = 5 * 2 ** 30;
/** Of one statement (developers.cloudflare.com/d1/platform/limits). */
const STATEMENT_LIMIT_BYTES = 100_000;
/** So many ids of the tenant are looked for after an erasure; a shorter one may stand in somebody else's data by chance. */
const [LOOKED_FOR, TELLING_CHARACTERS] = [200, 12];
const NOBODY = { count: 0, failed: 0, medianMs: 0, longestMs: 0, errors: [] };

export interface RehearsedBackup {
  readonly attempts: readonly RehearsalAttempt[];
  readonly signals: readonly Signal[];
  readonly schema: Schema;
}

/**
 * Exports the database of a tenant while people are at work, restores it from that file into a new database, compares the two row by
 * row, and erases all of it.
 *
 * @throws PlatformError, FixtureError, or the reason of `signal`
 */
export async function rehearseBackup(place: RehearsalPlace): Promise<RehearsedBackup> {
  const { database, stateDir, topology, subject } = place;
  const [sql, restored] = [join(stateDir, 'backup.sql'), join(stateDir, 'restored.sqlite')];
  const again = join(stateDir, 'restored.sql');
  for (const file of [sql, restored, again]) rmSync(file, { force: true });
  const backup = await exportAtWork(place, sql);
  const restoration = restoreFrom({ sql, restored, again }, backup.exported);
  const isAlone = topology.accounts.every(
    ({ id, shardId }) => shardId !== database || id === subject.placements.underTest,
  );
  const erasure = isAlone
    ? erase(stateDir, databaseFile(stateDir, database), restored, backup.ids)
    : undefined;
  for (const file of [sql, restored, again]) rmSync(file, { force: true });
  const parts = [backup.part, restoration, ...(erasure ? [erasure] : [])];
  return {
    attempts: parts.map(({ attempt }) => attempt),
    signals: parts.flatMap(({ signals }) => signals),
    schema: backup.schema,
  };
}

interface Part {
  readonly attempt: RehearsalAttempt;
  readonly signals: readonly Signal[];
}

async function exportAtWork(place: RehearsalPlace, to: string) {
  const { database, signal: stop } = place;
  const progress = startProgress('rehearse: backup');
  const { placed, startPeople } = await startAtWork(place);
  try {
    const { operator } = placed.platform;
    const schema = await readSchema(operator, database);
    const ids = await idsOf(operator, database, schema);
    const people = await startPeople();
    try {
      await sleep(BESIDE_MS, undefined, { signal: stop });
      const before = await people.take();
      const exported = await operator.export(database, to);
      const during = await people.take();
      await sleep(BESIDE_MS, undefined, { signal: stop });
      await people.stop();
      const requests = { before, during, after: await people.take() };
      progress.done(`rehearse: backup: ${formatSeconds(exported.elapsedMs / 1_000)}`);
      return { schema, ids, exported, part: backupPart(exported, requests) };
    } finally {
      await people.stop();
    }
  } catch (error) {
    progress.fail('rehearse: backup was not brought to an end');
    throw error;
  } finally {
    await placed.platform.stop();
  }
}

function backupPart(exported: Exported, requests: RehearsedRequests): Part {
  const { bytes, elapsedMs, longestStatementBytes } = exported;
  return partOf(
    'backup',
    { elapsedMs, ...requests },
    [
      `The file has ${formatBytes(bytes)} of SQL. D1 answers no other request while it makes an export ` +
        '(developers.cloudflare.com/d1/best-practices/import-export-data): people wait, and their requests are not lost as long as they do.',
    ],
    [
      signal({
        ...objective('import-fits', 'Size of the export', 'bytes'),
        observed: bytes,
        bound: IMPORT_LIMIT_BYTES,
        why: 'wrangler d1 execute takes a file of 5 GiB at most: a larger one cannot be restored from.',
      }),
      signal({
        ...objective('statements-fit', 'Longest statement of the export', 'bytes'),
        observed: longestStatementBytes,
        bound: STATEMENT_LIMIT_BYTES,
        why: 'D1 refuses a statement of more than 100,000 bytes: such a row cannot be restored by a file of SQL.',
      }),
      signal({
        ...objective('requests-after', 'Requests that failed once it was done', 'requests'),
        observed: requests.after.failed,
        bound: 0,
        why: 'An export leaves the database as it was.',
      }),
      signal({
        ...objective('requests-during', 'Requests that failed meanwhile', 'requests'),
        observed: requests.during.failed,
        bound: 0,
        onBreach: 'INCONCLUSIVE',
        why: 'How long they may wait for D1 is not documented.',
      }),
      signal({
        id: 'requests-seen',
        title: 'Requests before, meanwhile and after',
        kind: 'validity',
        comparison: 'at least',
        unit: 'requests',
        observed: Math.min(requests.before.count, requests.during.count, requests.after.count),
        bound: 1,
        onBreach: 'VOID',
        why: 'Where nobody asked, nothing shows what people would have seen.',
      }),
    ],
  );
}

function restoreFrom(
  { sql, restored, again }: { readonly sql: string; readonly restored: string; readonly again: string },
  exported: Exported,
): Part {
  const progress = startProgress('rehearse: restore');
  const startedAtMs = performance.now();
  importSql(sql, restored, (share) => progress.update(`rehearse: restore: ${Math.floor(share * 100)} %`));
  const importedMs = performance.now() - startedAtMs;
  progress.update('rehearse: restore: comparing');
  const back = exportSql(restored, again);
  progress.done(`rehearse: restore: ${formatSeconds(importedMs / 1_000)}`);
  const tables = [...new Set([...Object.keys(exported.rows), ...Object.keys(back.rows)])];
  const rows = Object.values(back.rows).reduce((sum, count) => sum + count, 0);
  return partOf(
    'restore',
    { elapsedMs: importedMs },
    [
      `${rows.toLocaleString('en-GB')} rows of ${tables.length} tables came back into a new database; its own export was compared with the ` +
        'backup, byte for byte.',
      'It is bound when it is whole: until then people work on the former database, of which nothing is asked, and what they write from ' +
        'the backup on is not in the new one.',
    ],
    [
      signal({
        ...objective('rows-equal', 'Tables with another number of rows than the backup', 'tables'),
        observed: tables.filter((table) => exported.rows[table] !== back.rows[table]).length,
        bound: 0,
        why: 'A restored tenant has what was backed up, and nothing else.',
      }),
      signal({
        ...objective('bytes-equal', 'Exports of the restored database that differ from the backup', ''),
        observed: back.sha256 === exported.sha256 ? 0 : 1,
        bound: 0,
        why: 'Every row, every column and the schema are in it.',
      }),
    ],
  );
}

/** Removes the database and what was made of it, and looks for the tenant in everything else. */
function erase(stateDir: string, file: string, restored: string, ids: readonly string[]): Part {
  const startedAtMs = performance.now();
  for (const each of [file, restored, join(stateDir, 'backup.sql'), join(stateDir, 'restored.sql')])
    for (const suffix of ['', '-wal', '-shm']) rmSync(each + suffix, { force: true });
  rmSync(join(stateDir, 'buckets'), { recursive: true, force: true });
  const elapsedMs = performance.now() - startedAtMs;
  const left = filesBelow(stateDir).filter((each) => {
    const text = readFileSync(each, 'latin1');
    return ids.some((id) => text.includes(id));
  });
  return partOf(
    'erasure',
    { elapsedMs },
    [
      `${ids.length} ids of the tenant were looked for in everything else that its deployment has left here: databases of others, KV, ` +
        'caches, logs. What Cloudflare keeps for 30 days to restore from (Time Travel) goes with the database.',
    ],
    [
      signal({
        ...objective('nothing-left', 'Files that still hold an id of the tenant', 'files'),
        observed: left.length,
        bound: 0,
        why: left.length === 0 ? 'Nothing may be left.' : `They are ${left.join(', ')}.`,
      }),
      signal({
        id: 'ids-looked-for',
        title: 'Ids that were looked for',
        kind: 'validity',
        comparison: 'at least',
        unit: 'ids',
        observed: ids.length,
        bound: 1,
        onBreach: 'VOID',
        why: 'Whoever looks for nothing finds nothing.',
      }),
    ],
  );
}

const objective = (id: string, title: string, unit: string) =>
  ({ id, title, unit, kind: 'objective', comparison: 'at most', onBreach: 'FAIL' }) as const;

function partOf(
  name: string,
  {
    elapsedMs,
    before = NOBODY,
    during = NOBODY,
    after = NOBODY,
  }: Partial<RehearsedRequests> & { readonly elapsedMs: number },
  explained: string[],
  signals: readonly Signal[],
): Part {
  const { outcome, reason } = decide([...signals]);
  const attempt = {
    ...{ name, outcome, reason, explained, statements: [], longestTransactionMs: elapsedMs, elapsedMs },
    ...{ ended: null, before, during, after, usd: null },
  };
  return { attempt, signals };
}

/** Texts of the tenant that nobody else has: of the ids of its rows those that are long enough to tell. */
async function idsOf(operator: Operator, database: string, schema: Schema): Promise<string[]> {
  const ids: string[] = [];
  for (const [table, { columns }] of schema)
    for (const column of columns.filter((name) => /(^|_)id$/i.test(name))) {
      const sql = `SELECT "${column}" AS id FROM "${table}" WHERE length("${column}") >= ${TELLING_CHARACTERS} LIMIT ${LOOKED_FOR}`;
      ids.push(...(await operator.query(database, sql)).map(({ id }) => String(id)));
    }
  return ids.slice(0, LOOKED_FOR);
}

const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((each) => statSync(each).isFile() && statSync(each).size < 2 ** 29)
    : [];
