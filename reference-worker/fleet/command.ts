import { z } from 'zod';
import {
  badOption,
  exitCodeOf,
  fromCaller,
  type Invocation,
  readOptions,
  startProgress,
  wholeNumber,
} from '../../reports/command/index.ts';
import { claimState } from '../local/index.ts';
import { loadSystem, systemFlags } from '../target/index.ts';
import { backUp, restore as restoreTenant } from './backups.ts';
import { templateOf } from './deployment.ts';
import { addTenant, eraseTenant, type Fleet, migrateTenants, newestVersion } from './lifecycle.ts';
import { FleetRecord } from './record.ts';

const FOLDER = '.shardproof/fleet';

const common = {
  ...systemFlags,
  folder: z.string().min(1).default(FOLDER),
};
const Common = z.strictObject(common);
const Add = z.strictObject({ ...common, remote: z.boolean() });
const Migrate = z.strictObject({
  ...common,
  canary: z.string().optional(),
  atOnce: wholeNumber(1, 16),
  goOn: z.boolean(),
});
const BackUp = z.strictObject({ ...common, keep: wholeNumber(1, 1_000) });
const Restore = z.strictObject({ ...common, from: z.string().optional() });
const Erase = z.strictObject({ ...common, yes: z.boolean() });

/** Opens a fleet for one command; another one at the same time is refused. */
async function withFleet(
  { system, config, folder }: z.infer<typeof Common>,
  { signal }: Invocation,
  work: (fleet: Fleet) => Promise<number>,
): Promise<number> {
  const template = await templateOf(await loadSystem({ system, config }, fromCaller('.')));
  const record = new FleetRecord(fromCaller(folder));
  const release = claimState(record.folder);
  const progress = startProgress('fleet');
  try {
    return await work({ record, template, signal, tell: (line) => progress.update(line) });
  } finally {
    progress.done('');
    release();
  }
}

const tenantIn = ({ args }: Invocation): string => args[0] ?? '';

/** @returns the exit code */
const status = (invocation: Invocation): Promise<number> =>
  withFleet(readOptions(Common, invocation.given), invocation, async ({ record, template }) => {
    const newest = newestVersion(template);
    const rows = Object.entries(record.tenants).map(([slug, { state, where, version, backups }]) => [
      ...[slug, where, state, version || 'none', version === newest ? 'newest' : 'behind'],
      backups.at(-1)?.takenAt ?? 'no backup',
    ]);
    const all = [['tenant', 'where', 'state', 'version', '', 'last backup'], ...rows];
    const widths = all[0]?.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0))) ?? [];
    console.log(
      all
        .map((row) =>
          row
            .map((text, at) => text.padEnd(widths[at] ?? 0))
            .join('  ')
            .trimEnd(),
        )
        .join('\n'),
    );
    return rows.every(([, , state]) => state === 'ready') ? exitCodeOf.PASS : exitCodeOf.FAIL;
  });

/** @returns the exit code */
async function add(invocation: Invocation): Promise<number> {
  const flags = readOptions(Add, invocation.given);
  return withFleet(flags, invocation, async (fleet) => {
    const startedAtMs = Date.now();
    const what = await addTenant(fleet, tenantIn(invocation), flags.remote ? 'cloudflare' : 'here');
    const seconds = ((Date.now() - startedAtMs) / 1_000).toFixed(1);
    console.log(
      what === 'there'
        ? `${tenantIn(invocation)} is there.`
        : `${tenantIn(invocation)} is ready, after ${seconds} s.`,
    );
    return exitCodeOf.PASS;
  });
}

/** @returns the exit code */
async function migrate(invocation: Invocation): Promise<number> {
  const flags = readOptions(Migrate, invocation.given);
  return withFleet(flags, invocation, async (fleet) => {
    const options = { canary: flags.canary, atOnce: flags.atOnce, goesOn: flags.goOn };
    const failed = await migrateTenants(fleet, options);
    for (const [slug, { version }] of Object.entries(fleet.record.tenants))
      console.log(`${slug}  ${version}${failed.has(slug) ? '  failed' : ''}`);
    for (const why of failed.values()) console.error(why);
    return failed.size === 0 ? exitCodeOf.PASS : exitCodeOf.FAIL;
  });
}

/** @returns the exit code */
async function backup(invocation: Invocation): Promise<number> {
  const flags = readOptions(BackUp, invocation.given);
  return withFleet(flags, invocation, async (fleet) => {
    const { name, sha256, tables } = await backUp(fleet, tenantIn(invocation), flags.keep);
    const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
    console.log(`${name}: ${rows} rows in ${Object.keys(tables).length} tables, SHA-256 ${sha256}`);
    return exitCodeOf.PASS;
  });
}

/** @returns the exit code */
async function restore(invocation: Invocation): Promise<number> {
  const flags = readOptions(Restore, invocation.given);
  return withFleet(flags, invocation, async (fleet) => {
    const { name, tables } = await restoreTenant(fleet, tenantIn(invocation), flags.from);
    console.log(
      `${tenantIn(invocation)} is bound to a new database, which equals ${name} in each row of ${Object.keys(tables).length} tables.`,
    );
    return exitCodeOf.PASS;
  });
}

/** @returns the exit code */
async function erase(invocation: Invocation): Promise<number> {
  const flags = readOptions(Erase, invocation.given);
  if (!flags.yes) throw badOption('yes', `is missing: nothing brings ${tenantIn(invocation)} back`);
  return withFleet(flags, invocation, async (fleet) => {
    const lookedFor = await eraseTenant(fleet, tenantIn(invocation));
    console.log(
      `${tenantIn(invocation)} is erased: of ${lookedFor} values that it alone had, no file of the fleet here holds one.`,
    );
    return exitCodeOf.PASS;
  });
}

export const fleetCommands = { status, add, migrate, backup, restore, erase };
