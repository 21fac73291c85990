import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { quoted, rowsOf } from '../../../fixtures/documents/index.ts';
import { FixtureError } from '../../../fixtures/generator/index.ts';
import { loadIntoD1, runWrangler, writeSqlFiles } from '../../../fixtures/sql-files/index.ts';
import { interruption } from '../../../reports/command/index.ts';
import { model, type PlannedAccount, sharedShardsData } from '../data/index.ts';
import { type SeedMeasurement, type SeedTask, secondsSince, type Tell } from './contestant.ts';

/** `wrangler d1 execute --local --file`, the way that Cloudflare's documentation names for filling a local D1. */

const CONFIG = join(import.meta.dirname, '..', 'wrangler.jsonc');
const DATABASE = 'shard-eu-1';
const ENVIRONMENT = 'shared';

/** A dump as `wrangler d1 export` and SQLite's own `.dump` write it: one INSERT for each row, here in one file. */
export async function executeDump(task: SeedTask, tell: Tell): Promise<SeedMeasurement> {
  const signal = stoppingWrangler();
  const persistTo = await migrated(task, signal, tell);
  const file = join(task.folder, 'dump.sql');
  const sum = { documents: 0, documentBytes: 0 };
  await pipeline(Readable.from(dumpOf(task.plan, sum)), createWriteStream(file), { signal });

  tell('executing');
  const startedAtMs = performance.now();
  await wrangler(['execute', DATABASE, '--file', file, '--yes'], persistTo, signal);
  const seconds = secondsSince(startedAtMs);
  return { file: await localDatabase(persistTo), ...sum, seconds };
}

/** This project's SQL files. wrangler's own starts, one for each file, are on the clock. */
export async function executeSqlFiles(task: SeedTask, tell: Tell): Promise<SeedMeasurement> {
  const signal = stoppingWrangler();
  const persistTo = await migrated(task, signal, tell);
  const folder = join(task.folder, 'sql');
  const { accounts } = await writeSqlFiles({ folder, data: sharedShardsData, plans: [task.plan], signal });

  const startedAtMs = performance.now();
  const where = {
    database: DATABASE,
    config: CONFIG,
    environment: ENVIRONMENT,
    where: 'local',
    persistTo,
  } as const;
  const onProgress = ({ fraction }: { fraction: number }): void =>
    tell(`executing ${Math.floor(fraction * 100)} %`);
  const { documents } = await loadIntoD1({ ...where, folder, data: sharedShardsData, signal, onProgress });
  const seconds = secondsSince(startedAtMs);
  const documentBytes = accounts.reduce((total, account) => total + account.documentBytes, 0);
  return { file: await localDatabase(persistTo), documents, documentBytes, seconds };
}

/** wrangler has a process group of its own and would outlive this process. */
const stoppingWrangler = (): AbortSignal => interruption('wrangler, too');

/** @returns the folder of a local state in which the tables are there */
async function migrated({ folder }: SeedTask, signal: AbortSignal, tell: Tell): Promise<string> {
  tell('writing SQL and tables, off the clock');
  const persistTo = join(folder, 'state');
  await wrangler(['migrations', 'apply', DATABASE], persistTo, signal);
  return persistTo;
}

async function wrangler(args: readonly string[], persistTo: string, signal: AbortSignal): Promise<void> {
  const where = ['--local', '--env', ENVIRONMENT, '--config', CONFIG, '--persist-to', persistTo];
  const { code, stderr } = await runWrangler(['d1', ...args, ...where], signal);
  if (code !== 0) throw new FixtureError('d1_execute_failed', `wrangler d1 ${args[0]} failed:\n${stderr}`);
}

function* dumpOf(plan: PlannedAccount, sum: { documents: number; documentBytes: number }): Generator<string> {
  for (const { resource, id, body } of rowsOf(model, plan)) {
    sum.documents += 1;
    sum.documentBytes += Buffer.byteLength(body);
    yield `INSERT INTO "${resource}" ("account_id","entity_id","_version","body") ` +
      `VALUES(${quoted(plan.account)},${quoted(id)},1,${quoted(body)});\n`;
  }
}

/** Miniflare names the file of a database by a hash of its id. */
async function localDatabase(state: string): Promise<string> {
  const names = await readdir(state, { recursive: true });
  const name = names.find((each) => /[0-9a-f]{64}\.sqlite$/.test(each));
  if (!name) throw new Error(`wrangler left no database in ${state}.`);
  return join(state, name);
}
