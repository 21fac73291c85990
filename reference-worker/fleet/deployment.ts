import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { runWrangler } from '../../fixtures/sql-files/index.ts';
import type { System } from '../target/index.ts';
import { FleetError } from './record.ts';

const Bound = z.looseObject({ binding: z.string() });
const Configured = z.looseObject({
  name: z.string().optional(),
  main: z.string(),
  vars: z.record(z.string(), z.unknown()).default({}),
  routes: z.array(z.unknown()).default([]),
  d1_databases: z
    .array(
      Bound.extend({
        database_id: z.string(),
        database_name: z.string(),
        migrations_dir: z.string().default('migrations'),
      }),
    )
    .min(1),
  r2_buckets: z.array(Bound.extend({ bucket_name: z.string() })).default([]),
  kv_namespaces: z.array(Bound.extend({ id: z.string() })).default([]),
});
/** What a tenant's deployment is bound to: a wrangler configuration of its own. */
export type Configured = z.infer<typeof Configured>;

/** What a new tenant is a copy of: an environment of the description's configuration. */
export interface Template {
  readonly name: string;
  readonly configured: Configured;
  /** The variables that the description gives beside those of the configuration: each tenant has values of its own, and they are secret. */
  readonly secrets: readonly string[];
}

/** @throws FleetError `no_fleet_of_this` for a system whose description names no environments */
export async function templateOf({ name, worker }: System): Promise<Template> {
  if (typeof worker !== 'object' || worker.config === undefined || !worker.environments)
    throw new FleetError(
      'no_fleet_of_this',
      `${name} is no system of one deployment a tenant: name environments in the worker part of its description.`,
    );
  const { experimental_readRawConfig: readRaw } = await import('wrangler');
  const { rawConfig } = readRaw({ config: worker.config });
  const { env = {}, ...top } = z.looseObject({ env: z.record(z.string(), z.unknown()) }).parse(rawConfig);
  const [environment = ''] = Object.keys(worker.environments);
  const configured = Configured.parse({ ...top, ...Object(env[environment]) });
  const folder = dirname(worker.config);
  return {
    name: environment,
    secrets: Object.keys(worker.environments[environment] ?? {}).filter((name) => !(name in configured.vars)),
    configured: {
      ...configured,
      main: resolve(folder, configured.main),
      d1_databases: configured.d1_databases.map((database) => ({
        ...database,
        migrations_dir: resolve(folder, database.migrations_dir),
      })),
    },
  };
}

/** Slugs are parts of hostnames: DNS labels (RFC 1035, section 2.3.1), short enough for names that hold them. */
const SLUG = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** @throws FleetError `bad_slug` */
export function assertSlug(slug: string): void {
  if (!SLUG.test(slug))
    throw new FleetError(
      'bad_slug',
      `"${slug}" is no name of a tenant: use 1 to 40 small letters, digits and hyphens, as in oak-2.`,
    );
}

/** New names for a tenant's databases, by binding. No database is ever bound twice, not even after a restore. */
export const newDatabases = ({ configured }: Template): Record<string, string> =>
  Object.fromEntries(configured.d1_databases.map(({ binding }) => [binding, randomUUID()]));

/**
 * The template with the tenant's name wherever its own stood as a word, and with the tenant's databases.
 *
 * @param databases their ids, by binding
 */
export function configuredFor(
  { name, configured }: Template,
  slug: string,
  databases: Readonly<Record<string, string>>,
): Configured {
  const word = new RegExp(`(?<![A-Za-z0-9/])${name}(?![A-Za-z0-9/])`, 'g');
  const named = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(word, slug));
  const { main, d1_databases, ...rest } = configured;
  return Configured.parse({
    ...Object(named(rest)),
    main,
    d1_databases: d1_databases.map(({ migrations_dir, ...database }) => ({
      ...Object(named(database)),
      migrations_dir,
      database_id: databases[database.binding],
    })),
  });
}

/** What only one deployment may have, each with its kind before it. */
const ownOf = ({ name, routes, d1_databases, r2_buckets, kv_namespaces }: Configured): string[] => [
  `the Worker ${name}`,
  ...routes.map((route) => `the hostname ${typeof route === 'string' ? route : Object(route).pattern}`),
  ...d1_databases.map(({ database_id }) => `the database ${database_id}`),
  ...r2_buckets.map(({ bucket_name }) => `the bucket ${bucket_name}`),
  ...kv_namespaces.map(({ id }) => `the namespace ${id}`),
];

/** What two deployments share, a sentence each; none where each has its own. */
export function sharedIn(deployments: ReadonlyMap<string, Configured>): string[] {
  const owners = Map.groupBy(
    [...deployments].flatMap(([slug, configured]) =>
      [...new Set(ownOf(configured))].map((own) => ({ slug, own })),
    ),
    ({ own }) => own,
  );
  return [...owners].flatMap(([own, all]) =>
    all.length > 1 ? [`${all.map(({ slug }) => slug).join(' and ')} share ${own}.`] : [],
  );
}

/** A tenant's folder: its configuration, and beside it, on this machine, everything that its deployment has stored. */
export class TenantFolder {
  readonly slug: string;
  readonly folder: string;
  readonly #signal: AbortSignal;

  constructor(fleet: string, slug: string, signal: AbortSignal) {
    this.slug = slug;
    this.folder = join(fleet, 'tenants', slug);
    this.#signal = signal;
  }

  write(configured: Configured): void {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(join(this.folder, 'wrangler.json'), `${JSON.stringify(configured, null, 2)}\n`);
  }

  /** @returns what wrangler printed @throws FleetError `wrangler_failed` with its words */
  async wrangler(...args: readonly string[]): Promise<string> {
    const config = join(this.folder, 'wrangler.json');
    const { code, stdout, stderr } = await runWrangler([...args, '--config', config], this.#signal);
    if (code === 0) return stdout;
    const said = `${stderr}\n${stdout}`.trim().split('\n').slice(0, 12).join('\n');
    throw new FleetError(
      'wrangler_failed',
      `For ${this.slug}, \`wrangler ${args.join(' ')}\` ended with ${code}:\n${said}\nMend that, and give the same command again.`,
    );
  }
}
