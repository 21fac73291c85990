import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TenantFolder } from './deployment.ts';
import { configuredFor, newDatabases } from './deployment.ts';
import { type Fleet, folderOf } from './lifecycle.ts';
import { type Backup, FleetError, type FleetTenant } from './record.ts';

const INSERT = /^INSERT INTO "([^"]+)"/;
/** Of the database itself: which statistics and numbers it keeps is not the tenant's. */
const isOwn = (table: string): boolean => !/^(sqlite_|_cf_)/.test(table);

/** Where a statement of an export ends: at a semicolon at the end of a line, outside quotes. */
function* statementsIn(sql: string): Generator<string> {
  let begin = 0;
  let isQuoted = false;
  for (let at = 0; at < sql.length; at += 1) {
    if (sql[at] === "'") isQuoted = !isQuoted;
    if (!isQuoted && sql[at] === ';') {
      yield sql.slice(begin, at + 1).trim();
      begin = at + 1;
    }
  }
}

/** By table: how many rows an export holds, and a hash of all of them whatever their order. */
export function tablesIn(sql: string): Backup['tables'] {
  const rows = Map.groupBy(
    [...statementsIn(sql)].filter((statement) => isOwn(INSERT.exec(statement)?.[1] ?? 'sqlite_')),
    (statement) => INSERT.exec(statement)?.[1] ?? '',
  );
  return Object.fromEntries(
    [...rows].map(([table, all]) => [
      table,
      { rows: all.length, sha256: sha256Of(all.toSorted().join('\n')) },
    ]),
  );
}

const sha256Of = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

const bucketOf = ({ template }: Fleet, slug: string, tenant: FleetTenant): string => {
  const [bucket] = configuredFor(template, slug, tenant.databases).r2_buckets;
  if (bucket) return bucket.bucket_name;
  throw new FleetError(
    'no_fleet_of_this',
    `${slug} has no bucket that a backup could lie in: bind one in the template.`,
  );
};

/** @throws what the work throws; the folder is then gone too */
async function inDraftFolder<Result>(
  tenant: TenantFolder,
  work: (draft: string) => Promise<Result>,
): Promise<Result> {
  const draft = mkdtempSync(join(tenant.folder, 'draft-'));
  try {
    return await work(draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function exported(tenant: TenantFolder, binding: string, file: string): Promise<string> {
  await tenant.wrangler('d1', 'export', binding, '--local', '--output', file);
  return readFileSync(file, 'utf8');
}

const bindingOf = (tenant: FleetTenant): string => Object.keys(tenant.databases)[0] ?? '';

/**
 * Exports a tenant's database into the tenant's own bucket, with a manifest beside it, and removes the oldest beyond those that are kept.
 *
 * @param keep how many, at least 1
 */
export async function backUp(fleet: Fleet, slug: string, keep: number): Promise<Backup> {
  const tenant = fleet.record.ready(slug);
  const folder = folderOf(fleet, slug);
  const bucket = bucketOf(fleet, slug, tenant);
  return inDraftFolder(folder, async (draft) => {
    fleet.tell(`${slug}: exporting`);
    const file = join(draft, 'export.sql');
    const sql = await exported(folder, bindingOf(tenant), file);
    const takenAt = new Date().toISOString();
    const name = `backups/${takenAt.replaceAll(/[:.]/g, '-')}`;
    const backup: Backup = {
      name,
      takenAt,
      version: tenant.version,
      sha256: sha256Of(sql),
      tables: tablesIn(sql),
    };
    const manifest = join(draft, 'manifest.json');
    writeFileSync(manifest, JSON.stringify(backup, null, 2));
    fleet.tell(`${slug}: into its bucket`);
    await folder.wrangler('r2', 'object', 'put', `${bucket}/${name}.sql`, '--file', file, '--local');
    await folder.wrangler('r2', 'object', 'put', `${bucket}/${name}.json`, '--file', manifest, '--local');
    tenant.backups.push(backup);
    fleet.record.save();
    while (tenant.backups.length > keep) {
      const [oldest] = tenant.backups;
      for (const end of ['sql', 'json'])
        await folder.wrangler('r2', 'object', 'delete', `${bucket}/${oldest?.name}.${end}`, '--local');
      tenant.backups.shift();
      fleet.record.save();
    }
    return backup;
  });
}

/**
 * Restores a tenant from one of its backups into a new database, which is bound only when it equals the backup row by row. The former one is
 * left as it is.
 *
 * @param name of the backup; the newest unless told otherwise
 * @throws FleetError `no_such_backup`; `not_equal`, after which the tenant is bound as before
 */
export async function restore(fleet: Fleet, slug: string, name: string | undefined): Promise<Backup> {
  const { record, template, tell } = fleet;
  const tenant = record.ready(slug);
  const backup =
    name === undefined ? tenant.backups.at(-1) : tenant.backups.find((each) => each.name === name);
  if (!backup)
    throw new FleetError(
      'no_such_backup',
      `${slug} has no backup ${name ?? 'yet'}; there are ${tenant.backups.map((each) => each.name).join(', ') || 'none'}.`,
    );
  const folder = folderOf(fleet, slug);
  const bucket = bucketOf(fleet, slug, tenant);
  const former = configuredFor(template, slug, tenant.databases);
  const databases = {
    ...tenant.databases,
    [bindingOf(tenant)]: newDatabases(template)[bindingOf(tenant)] ?? '',
  };
  try {
    return await inDraftFolder(folder, async (draft) => {
      const file = join(draft, 'backup.sql');
      tell(`${slug}: from its bucket`);
      await folder.wrangler('r2', 'object', 'get', `${bucket}/${backup.name}.sql`, '--file', file, '--local');
      if (sha256Of(readFileSync(file)) !== backup.sha256)
        throw new FleetError(
          'not_equal',
          `${backup.name} of ${slug} is not what was written: its hash differs. Choose another backup.`,
        );
      folder.write(configuredFor(template, slug, databases));
      tell(`${slug}: into a new database`);
      await folder.wrangler('d1', 'execute', bindingOf(tenant), '--local', '--yes', '--file', file);
      const restored = tablesIn(await exported(folder, bindingOf(tenant), join(draft, 'restored.sql')));
      const wrong = [...new Set([...Object.keys(restored), ...Object.keys(backup.tables)])].filter(
        (table) => restored[table]?.sha256 !== backup.tables[table]?.sha256,
      );
      if (wrong.length > 0)
        throw new FleetError(
          'not_equal',
          `The restored ${wrong.join(', ')} of ${slug} differ from ${backup.name}. Nothing was bound.`,
        );
      tenant.databases = databases;
      tenant.version = backup.version;
      record.save();
      return backup;
    });
  } catch (error) {
    folder.write(former);
    throw error;
  }
}
