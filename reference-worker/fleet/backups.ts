import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { splitStatements, statementsIn } from '../local/index.ts';
import type { TenantFolder } from './deployment.ts';
import { configuredFor, newDatabases } from './deployment.ts';
import { type Fleet, folderOf } from './lifecycle.ts';
import { tenantPlaceOf } from './place.ts';
import { type Backup, FleetError, type FleetTenant } from './record.ts';

const INSERT = /^INSERT INTO "([^"]+)"/;
/** Of the database itself: which statistics and numbers it keeps is not the tenant's. */
const isOwn = (table: string): boolean => !/^(sqlite_|_cf_)/.test(table);

/** Hashes are added up as numbers of so many bits: their sum does not depend on their order, and takes no memory. */
const SUM_BITS = 256;

/** By table: how many rows an export holds, and a hash of all of them whatever their order. @param file of SQL, of any length */
export function tablesIn(file: string): Backup['tables'] {
  const tables = new Map<string, { rows: number; sum: bigint }>();
  for (const { text } of statementsIn(file))
    for (const statement of splitStatements(text)) {
      const table = INSERT.exec(statement.text)?.[1] ?? 'sqlite_';
      if (!isOwn(table)) continue;
      const known = tables.get(table) ?? { rows: 0, sum: 0n };
      const hash = createHash('sha256').update(statement.text).digest('hex');
      tables.set(table, {
        rows: known.rows + 1,
        sum: BigInt.asUintN(SUM_BITS, known.sum + BigInt(`0x${hash}`)),
      });
    }
  return Object.fromEntries(
    [...tables].map(([table, { rows, sum }]) => [table, { rows, sha256: sum.toString(16) }]),
  );
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

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
  const { flag } = tenantPlaceOf(tenant, fleet.template);
  return inDraftFolder(folder, async (draft) => {
    fleet.tell(`${slug}: exporting`);
    const file = join(draft, 'export.sql');
    await folder.wrangler('d1', 'export', bindingOf(tenant), flag, '--output', file);
    const takenAt = new Date().toISOString();
    const name = `backups/${takenAt.replaceAll(/[:.]/g, '-')}`;
    const backup: Backup = {
      name,
      takenAt,
      version: tenant.version,
      sha256: await sha256Of(file),
      tables: tablesIn(file),
    };
    const manifest = join(draft, 'manifest.json');
    writeFileSync(manifest, JSON.stringify(backup, null, 2));
    fleet.tell(`${slug}: into its bucket`);
    await folder.wrangler('r2', 'object', 'put', `${bucket}/${name}.sql`, '--file', file, flag);
    await folder.wrangler('r2', 'object', 'put', `${bucket}/${name}.json`, '--file', manifest, flag);
    tenant.backups.push(backup);
    fleet.record.save();
    while (tenant.backups.length > keep) {
      const [oldest] = tenant.backups;
      for (const end of ['sql', 'json'])
        await folder.wrangler('r2', 'object', 'delete', `${bucket}/${oldest?.name}.${end}`, flag);
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
 * @param wanted the name of the backup; the newest unless told otherwise
 * @throws FleetError `no_such_backup`; `not_equal`, after which the tenant is bound as before
 */
export async function restore(fleet: Fleet, slug: string, wanted: string | undefined): Promise<Backup> {
  const { record, template, tell } = fleet;
  const tenant = record.ready(slug);
  const backup =
    wanted === undefined ? tenant.backups.at(-1) : tenant.backups.find((each) => each.name === wanted);
  if (!backup)
    throw new FleetError(
      'no_such_backup',
      `${slug} has no backup ${wanted ?? 'yet'}; there are ${tenant.backups.map((each) => each.name).join(', ') || 'none'}.`,
    );
  const folder = folderOf(fleet, slug);
  const bucket = bucketOf(fleet, slug, tenant);
  const former = configuredFor(template, slug, tenant.databases);
  const binding = bindingOf(tenant);
  const place = tenantPlaceOf(tenant, template);
  const { flag } = place;
  const name = `${former.d1_databases[0]?.database_name}-${new Date().toISOString().replaceAll(/\D/g, '')}`;
  const id = await place.database(name, newDatabases(template)[binding] ?? '');
  // Also one that comes to no good end goes with the tenant.
  tenant.former.push(id);
  record.save();
  const databases = { ...tenant.databases, [binding]: id };
  try {
    return await inDraftFolder(folder, async (draft) => {
      const file = join(draft, 'backup.sql');
      tell(`${slug}: from its bucket`);
      await folder.wrangler('r2', 'object', 'get', `${bucket}/${backup.name}.sql`, '--file', file, flag);
      if ((await sha256Of(file)) !== backup.sha256)
        throw new FleetError(
          'not_equal',
          `${backup.name} of ${slug} is not what was written: its hash differs. Choose another backup.`,
        );
      folder.write(configuredFor(template, slug, databases));
      tell(`${slug}: into a new database`);
      await folder.wrangler('d1', 'execute', bindingOf(tenant), flag, '--yes', '--file', file);
      const again = join(draft, 'restored.sql');
      await folder.wrangler('d1', 'export', bindingOf(tenant), flag, '--output', again);
      const restored = tablesIn(again);
      const wrong = [...new Set([...Object.keys(restored), ...Object.keys(backup.tables)])].filter(
        (table) => restored[table]?.sha256 !== backup.tables[table]?.sha256,
      );
      if (wrong.length > 0)
        throw new FleetError(
          'not_equal',
          `The restored ${wrong.join(', ')} of ${slug} differ from ${backup.name}. Nothing was bound.`,
        );
      await place.rebind(folder);
      tenant.former = [...tenant.former.filter((each) => each !== id), tenant.databases[binding] ?? ''];
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
