import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { z } from 'zod';
import {
  assertSlug,
  type Configured,
  configuredFor,
  newDatabases,
  sharedIn,
  type Template,
  TenantFolder,
} from './deployment.ts';
import { tenantPlaceOf } from './place.ts';
import { FleetError, type FleetRecord, type FleetTenant } from './record.ts';

/** What every fleet command works with. */
export interface Fleet {
  readonly record: FleetRecord;
  readonly template: Template;
  readonly signal: AbortSignal;
  /** Told in a line what is being done. */
  readonly tell: (line: string) => void;
}

export const folderOf = ({ record, signal }: Fleet, slug: string): TenantFolder =>
  new TenantFolder(record.folder, slug, signal);

/** @throws FleetError `shared_binding`: nothing is written while two deployments would have the same database, bucket, namespace or host */
function configuredAmong({ record, template }: Fleet, slug: string, { databases }: FleetTenant): Configured {
  const all = Object.entries({ ...record.tenants, [slug]: { databases } });
  const deployments = new Map(
    all.map(([name, each]) => [name, configuredFor(template, name, each.databases)]),
  );
  const shared = sharedIn(deployments);
  if (shared.length > 0)
    throw new FleetError(
      'shared_binding',
      `${shared.join(' ')} Let the template hold its own name in each of them.`,
    );
  return configuredFor(template, slug, databases);
}

/**
 * Makes a tenant: its database with the migrations, its bucket, its deployment. Given again, it goes on where it broke off; of a tenant that
 * is whole nothing changes.
 *
 * @throws FleetError; until the last step is done the tenant is not `ready`
 */
export async function addTenant(
  fleet: Fleet,
  slug: string,
  where: FleetTenant['where'] = 'here',
): Promise<'added' | 'there'> {
  const { record, template, tell } = fleet;
  assertSlug(slug);
  const known = record.tenants[slug];
  if (known?.state === 'ready') return 'there';
  if (known?.state === 'erasing') record.ready(slug);
  const tenant: FleetTenant = known ?? {
    state: 'adding',
    where,
    databases: newDatabases(template),
    former: [],
    version: '',
    backups: [],
  };
  const planned = configuredAmong(fleet, slug, tenant);
  const place = tenantPlaceOf(tenant, template);
  record.tenants[slug] = tenant;
  record.save();
  tell(`${slug}: databases and buckets`);
  for (const { binding, database_name: name, database_id: id } of planned.d1_databases) {
    tenant.databases[binding] = await place.database(name, id);
    record.save();
  }
  for (const { bucket_name: name } of planned.r2_buckets) await place.bucket(name);
  folderOf(fleet, slug).write(configuredFor(template, slug, tenant.databases));
  tell(`${slug}: migrations`);
  await applyNew(fleet, slug, tenant);
  tell(`${slug}: deployment`);
  await place.deploy(folderOf(fleet, slug));
  tenant.state = 'ready';
  record.save();
  return 'added';
}

const Versions = z.tuple([z.object({ results: z.array(z.object({ name: z.string() })) })]);

async function applyNew(fleet: Fleet, slug: string, tenant: FleetTenant): Promise<void> {
  const folder = folderOf(fleet, slug);
  const [first] = Object.keys(tenant.databases);
  const { flag } = tenantPlaceOf(tenant, fleet.template);
  try {
    for (const binding of Object.keys(tenant.databases))
      await folder.wrangler('d1', 'migrations', 'apply', binding, flag);
    tenant.version = newestVersion(fleet.template);
  } catch (error) {
    fleet.signal.throwIfAborted();
    // Those before the one that failed may have been applied. Where that cannot be told either, the first error says why.
    const last = 'SELECT name FROM d1_migrations ORDER BY id DESC LIMIT 1';
    const told = await folder
      .wrangler('d1', 'execute', first ?? '', flag, '--json', '--command', last)
      .catch(() => undefined);
    if (told !== undefined) tenant.version = Versions.parse(JSON.parse(told))[0].results[0]?.name ?? '';
    throw error;
  } finally {
    fleet.record.save();
  }
}

/** The newest migration that there is. */
export const newestVersion = ({ configured }: Template): string =>
  readdirSync(configured.d1_databases[0]?.migrations_dir ?? '.')
    .filter((name) => name.endsWith('.sql'))
    .toSorted()
    .at(-1) ?? '';

export interface MigrateOptions {
  /** Goes first, alone; the first by name unless told otherwise. */
  readonly canary?: string | undefined;
  /** How many tenants at once after it. */
  readonly atOnce: number;
  /** Whether the others still get their turn after one that failed. */
  readonly goesOn: boolean;
}

/**
 * Brings every tenant to the newest migration: the canary first, and nobody else where that fails.
 *
 * @returns by slug: why it failed
 */
export async function migrateTenants(
  fleet: Fleet,
  { canary, atOnce, goesOn }: MigrateOptions,
): Promise<ReadonlyMap<string, string>> {
  const { record, template, tell, signal } = fleet;
  const newest = newestVersion(template);
  for (const slug of Object.keys(record.tenants)) record.ready(slug);
  const behind = Object.keys(record.tenants)
    .filter((slug) => record.tenants[slug]?.version !== newest)
    .toSorted();
  const first = canary ?? behind[0];
  if (canary !== undefined) record.ready(canary);
  const failed = new Map<string, string>();
  let done = 0;
  const migrate = async (slug: string): Promise<void> => {
    try {
      await applyNew(fleet, slug, record.ready(slug));
      done += 1;
      tell(`${slug}: ${newest}, ${done} of ${behind.length}`);
    } catch (error) {
      signal.throwIfAborted();
      failed.set(slug, error instanceof Error ? error.message : String(error));
      tell(`${slug}: failed`);
    }
  };
  if (first === undefined) return failed;
  if (behind.includes(first)) await migrate(first);
  const left = behind.filter((slug) => slug !== first);
  const isStopped = (): boolean => failed.has(first) || (failed.size > 0 && !goesOn);
  const workers = Array.from({ length: atOnce }, async () => {
    for (
      let slug = isStopped() ? undefined : left.shift();
      slug;
      slug = isStopped() ? undefined : left.shift()
    )
      await migrate(slug);
  });
  await Promise.all(workers);
  return failed;
}

/** Each value that an erasure looks for is at least so long: a shorter one may stand in somebody else's data by chance. */
const TELLING_CHARACTERS = 24;
const LOOKED_FOR = 200;

/** None where the folder is gone already. */
const filesBelow = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((file) => statSync(file).isFile())
    : [];

/**
 * Removes a tenant: databases, bucket, namespaces, caches, configuration. Every other file of the fleet
 * is searched for what is the tenant's alone.
 *
 * @returns how many of its values were looked for
 * @throws FleetError `something_left` naming the files; the tenant then stays `erasing`, so that the same command goes on
 */
export async function eraseTenant(fleet: Fleet, slug: string): Promise<number> {
  const { record, template, tell } = fleet;
  const tenant = record.tenants[slug];
  if (!tenant) record.ready(slug);
  if (!tenant) return 0;
  const { folder } = folderOf(fleet, slug);
  tenant.state = 'erasing';
  record.save();
  const values = new Set<string>(Object.values(tenant.databases));
  const others = Object.keys(record.tenants).filter((other) => other !== slug);
  const otherText = others
    .flatMap((other) => filesBelow(folderOf(fleet, other).folder))
    .map((file) => readFileSync(file, 'latin1'));
  // Whatever the tenant's files hold as text, and nobody else's: pages of the database, its log, the bucket.
  for (const file of filesBelow(folder)) {
    for (const [value] of readFileSync(file, 'latin1').matchAll(
      new RegExp(`[\\w@.-]{${TELLING_CHARACTERS},80}`, 'g'),
    )) {
      if (values.size >= LOOKED_FOR) break;
      if (!otherText.some((text) => text.includes(value))) values.add(value);
    }
  }
  const { [slug]: _, ...rest } = record.tenants;
  // Before the tenant's own folder is gone, and with it what is looked for: whoever goes on after a kill looks for the same.
  const elsewhere = filesBelow(record.folder).filter((file) => !file.startsWith(`${folder}${sep}`));
  const left = elsewhere.filter((file) => {
    const text = file.endsWith('fleet.json') ? JSON.stringify(rest) : readFileSync(file, 'latin1');
    return [...values].some((value) => text.includes(value));
  });
  if (left.length > 0)
    throw new FleetError(
      'something_left',
      `Of ${slug} something is left in ${left.join(', ')}. Remove that, and erase it again.`,
    );
  tell(`${slug}: removing`);
  const ids = [...Object.values(tenant.databases), ...tenant.former];
  const remaining = await tenantPlaceOf(tenant, template).remove(
    configuredFor(template, slug, tenant.databases),
    ids,
  );
  if (remaining.length > 0)
    throw new FleetError(
      'something_left',
      `Of ${slug} Cloudflare still has ${remaining.join(', ')}. Erase it again.`,
    );
  rmSync(folder, { recursive: true, force: true });
  delete record.tenants[slug];
  record.save();
  return values.size;
}
