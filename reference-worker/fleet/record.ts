import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError, hasCode } from '../../reports/command/index.ts';

/** What a fleet command refuses, or could not do: what is wrong, and the next step. */
export class FleetError extends CommandError<FleetErrorCode> {
  constructor(code: FleetErrorCode, sentences: string, options?: ErrorOptions) {
    super(
      code,
      code === 'wrangler_failed' || code === 'not_equal' ? 'failed' : 'refused',
      sentences,
      options,
    );
    this.name = 'FleetError';
  }
}
type FleetErrorCode =
  | 'bad_slug'
  | 'no_fleet_of_this'
  | 'no_such_tenant'
  | 'no_such_backup'
  | 'not_ready'
  | 'shared_binding'
  | 'wrangler_failed'
  | 'not_equal'
  | 'something_left';

const Backup = z.object({
  /** Of its file in the tenant's own bucket, without `.sql`. */
  name: z.string(),
  takenAt: z.string(),
  /** The last migration that was applied. */
  version: z.string(),
  sha256: z.string(),
  /** By table: its rows, and a hash of all of them. */
  tables: z.record(z.string(), z.object({ rows: z.int(), sha256: z.string() })),
});
export type Backup = z.infer<typeof Backup>;

const FleetTenant = z.object({
  /** Anything but `ready` is a step that broke off, or is under way: the same command goes on with it. */
  state: z.enum(['adding', 'ready', 'erasing']),
  /** On this machine, or on Cloudflare. */
  where: z.enum(['here', 'cloudflare']).default('here'),
  /** By binding: the database that the tenant's Worker is bound to. */
  databases: z.record(z.string(), z.string()),
  /** The databases that it was bound to before it was restored: they go with the tenant. */
  former: z.array(z.string()).default([]),
  /** The last migration that was applied; empty before the first. */
  version: z.string(),
  backups: z.array(Backup),
});
export type FleetTenant = z.infer<typeof FleetTenant>;

const Tenants = z.record(z.string(), FleetTenant);

/** Which tenants there are, and how far each has come: one file, replaced as a whole. */
export class FleetRecord {
  readonly folder: string;
  readonly tenants: Record<string, FleetTenant>;

  /** @throws ZodError for a file that is no record of a fleet */
  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.tenants = Tenants.parse(JSON.parse(textIn(this.#file) ?? '{}'));
  }

  get #file(): string {
    return join(this.folder, 'fleet.json');
  }

  /** Whoever is killed meanwhile leaves the former file or the new one (rename(2)). */
  save(): void {
    const draft = `${this.#file}.draft`;
    writeFileSync(draft, `${JSON.stringify(this.tenants, null, 2)}\n`);
    renameSync(draft, this.#file);
  }

  /** @throws FleetError `no_such_tenant`, `not_ready` */
  ready(slug: string): FleetTenant {
    const tenant = this.tenants[slug];
    if (!tenant)
      throw new FleetError(
        'no_such_tenant',
        `There is no tenant ${slug}; there are ${Object.keys(this.tenants).join(', ') || 'none'}. Add it first.`,
      );
    if (tenant.state === 'ready') return tenant;
    const again = tenant.state === 'adding' ? 'add' : 'erase';
    throw new FleetError(
      'not_ready',
      `${again} ${slug} broke off: give \`fleet ${again} ${slug}\` again first.`,
    );
  }
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
