import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CloudflareApi } from '../target/index.ts';
import type { Configured, Template, TenantFolder } from './deployment.ts';
import type { FleetTenant } from './record.ts';

/** Where a tenant's deployment is, and what only differs by that. */
export interface TenantPlace {
  /** Where wrangler's commands on data look. */
  readonly flag: '--local' | '--remote';
  /**
   * Makes a database, or finds the one that was made before a command broke off.
   *
   * @param planned its id where ids are given here @returns its id
   */
  database(name: string, planned: string): Promise<string>;
  bucket(name: string): Promise<void>;
  /** Makes the deployment, with secrets of its own. */
  deploy(folder: TenantFolder): Promise<void>;
  /** Lets the deployment have what its configuration names now. */
  rebind(folder: TenantFolder): Promise<void>;
  /** Removes what is not in the tenant's folder. @returns what of it is still there, a clause each */
  remove(configured: Configured, databases: readonly string[]): Promise<string[]>;
}

export const tenantPlaceOf = ({ where }: FleetTenant, template: Template): TenantPlace =>
  where === 'cloudflare' ? onCloudflare(template) : HERE;

/** On this machine everything that wrangler stores is in the tenant's folder. */
const HERE: TenantPlace = {
  flag: '--local',
  database: async (_, planned) => planned,
  bucket: async () => undefined,
  deploy: async (folder) => void (await folder.wrangler('deploy', '--dry-run')),
  rebind: async () => undefined,
  remove: async () => [],
};

const Databases = z.array(z.object({ uuid: z.string(), name: z.string() }));
const Objects = z.array(z.object({ key: z.string() }));

function onCloudflare({ secrets }: Template): TenantPlace {
  const api = new CloudflareApi(process.env);
  return {
    flag: '--remote',
    async database(name) {
      const { result } = await api.ask('GET', `d1/database?name=${encodeURIComponent(name)}`);
      const known = Databases.parse(result).find((database) => database.name === name);
      if (known) return known.uuid;
      const made = await api.ask('POST', 'd1/database', { name });
      return z.object({ uuid: z.string() }).parse(made.result).uuid;
    },
    async bucket(name) {
      if (!(await api.askIfThere('GET', `r2/buckets/${name}`))) await api.ask('POST', 'r2/buckets', { name });
    },
    async deploy(folder) {
      // For as long as wrangler reads it: what the secrets are, nobody has to know.
      const file = join(folder.folder, 'secrets.json');
      const own = Object.fromEntries(secrets.map((name) => [name, randomBytes(32).toString('base64url')]));
      writeFileSync(file, JSON.stringify(own), { mode: 0o600 });
      try {
        await folder.wrangler('deploy', '--secrets-file', file);
      } finally {
        rmSync(file);
      }
    },
    rebind: async (folder) => void (await folder.wrangler('deploy')),
    async remove({ name, r2_buckets: buckets }, databases) {
      const script = `workers/scripts/${name}`;
      // Nobody may write any more while the rest is removed.
      await api.askIfThere('DELETE', `${script}?force=true`);
      for (const id of databases) await api.askIfThere('DELETE', `d1/database/${id}`);
      for (const { bucket_name: bucket } of buckets) {
        await emptyBucket(api, bucket);
        await api.askIfThere('DELETE', `r2/buckets/${bucket}`);
      }
      const places = [
        [`the Worker ${name}`, `${script}/settings`],
        ...databases.map((id) => [`the database ${id}`, `d1/database/${id}`]),
        ...buckets.map((each) => [`the bucket ${each.bucket_name}`, `r2/buckets/${each.bucket_name}`]),
      ];
      const left: string[] = [];
      for (const [what = '', path = ''] of places) if (await api.askIfThere('GET', path)) left.push(what);
      return left;
    },
  };
}

/** A bucket with objects in it cannot be removed. */
async function emptyBucket(api: CloudflareApi, bucket: string): Promise<void> {
  for (;;) {
    const page = await api.askIfThere('GET', `r2/buckets/${bucket}/objects?per_page=1000`);
    const keys = page ? Objects.parse(page.result).map(({ key }) => key) : [];
    if (keys.length === 0) return;
    for (const key of keys)
      await api.askIfThere('DELETE', `r2/buckets/${bucket}/objects/${encodeURIComponent(key)}`);
  }
}
