import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { DATA_SETS, STANDARD, seedShards, stateFolder } from '../../fixtures/index.ts';
import { splitStatements, systemFlags, topologyNamed } from '../../reference-worker/target/index.ts';
import {
  badOption,
  fromCaller,
  type Invocation,
  readOptions,
  shellWord,
  spelledAsCalled,
  WORKSPACE,
  wholeNumber,
} from '../../reports/command/index.ts';
import {
  decide,
  describeEnvironment,
  leave,
  prepareToLeave,
  REHEARSAL,
  REHEARSAL_SCHEMA_VERSION,
  type RehearsalResult,
} from '../../reports/index.ts';
import { sizeFlag } from '../flags.ts';
import { systemOption } from '../result/index.ts';
import { planShards } from '../seeding.ts';
import { chosenSubject } from '../system.ts';
import type { RehearsalPlace } from './at-work.ts';
import { type Attempted, attemptIt, rehearsalBasis } from './attempt.ts';
import { rehearseBackup } from './backup.ts';
import { patternFor } from './pattern.ts';
import { bareSql, heaviestOf, type Schema } from './schema.ts';

const Flags = z.strictObject({
  ...systemFlags,
  migration: z.string().min(1, 'must name a file with the SQL of one migration').optional(),
  backup: z.boolean(),
  topology: z.string().optional(),
  size: sizeFlag.optional(),
  tenants: wholeNumber(1, 1_000_000),
});

/** `npm run rehearse`: what will a migration, or a backup, do to a tenant of full size? @returns the exit code of its verdict */
export async function rehearse({ given, signal, leaving }: Invocation): Promise<number> {
  const flags = readOptions(Flags, given);
  const { migration, backup } = flags;
  if (backup === (migration !== undefined))
    throw badOption('migration', 'name a file with the SQL of one migration, or give --backup');
  const statements = migration === undefined ? [] : migrationStatements(fromCaller(migration));
  const subject = await chosenSubject({ system: flags.system, config: flags.config });
  const topology = topologyNamed(subject.placements, flags.topology);
  const { underTest } = subject.placements;
  const scenario = {
    sizeBytes: flags.size ?? STANDARD.sizeBytes,
    virtualUsers: STANDARD.users,
    seed: STANDARD.seed,
  };
  const startedAt = new Date();
  prepareToLeave(leaving);
  const planned = planShards(subject, topology, scenario, DATA_SETS);
  const seeded = await seedShards(planned, signal);
  // The shard of the account under test is the one that it is done to: no other is copied.
  const database = topology.accounts.find(({ id }) => id === underTest)?.shardId ?? '';
  const shards = seeded.filter(({ shardId }) => shardId === database);
  const place = {
    ...{ subject, topology, shards, database, signal },
    stateDir: stateFolder(subject.system, `${topology.name}-rehearsal`),
  };
  const { schema, ...rehearsed } =
    migration === undefined ? await ofBackup(place) : await ofMigration(place, statements);
  const result: RehearsalResult = {
    ...rehearsed,
    schemaVersion: REHEARSAL_SCHEMA_VERSION,
    runId: `${startedAt.toISOString().replaceAll(/[:.]/g, '')}-rehearsal`,
    kind: 'rehearsal',
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    reproduce: spelledAsCalled(
      `shardproof rehearse${systemOption({ system: flags.system, config: flags.config })} ` +
        `${migration === undefined ? '--backup' : `--migration ${shellWord(migration)}`} ` +
        `--topology ${topology.name} --size ${scenario.sizeBytes / 1e6}MB --tenants ${flags.tenants}`,
    ),
    environment: describeEnvironment(WORKSPACE),
    system: subject.system.name,
    what: {
      name: migration === undefined ? 'backup, restore and erasure' : `migration ${basename(migration)}`,
      database,
      sizeBytes: scenario.sizeBytes,
      fileBytes: shards[0]?.manifest.fileBytes ?? 0,
      rows: rowsIn(schema),
      tenants: flags.tenants,
    },
    basis: rehearsalBasis(),
  };
  return leave(REHEARSAL, result, leaving);
}

type Rehearsed = Pick<RehearsalResult, 'verdict' | 'signals' | 'attempts' | 'tooMuch'> & {
  readonly schema: Schema;
};

async function ofMigration(place: RehearsalPlace, statements: readonly string[]): Promise<Rehearsed> {
  const asWritten = await attemptIt({
    ...place,
    name: 'as written',
    patternOf: () => ({ steps: [{ statements }], explained: [] }),
  });
  const { tooMuch, instead } = await insteadOf(place, statements, asWritten);
  return {
    verdict: asWritten.verdict,
    signals: [...asWritten.signals],
    attempts: [asWritten.attempt, ...(instead ? [instead.attempt] : [])],
    tooMuch,
    schema: asWritten.schema,
  };
}

async function ofBackup(place: RehearsalPlace): Promise<Rehearsed> {
  const { attempts, signals, schema } = await rehearseBackup(place);
  return {
    verdict: decide([...signals]),
    signals: [...signals],
    attempts: [...attempts],
    tooMuch: null,
    schema,
  };
}

/** @throws CommandError `bad_option` */
function migrationStatements(file: string): string[] {
  if (!existsSync(file) || !statSync(file).isFile()) throw badOption('migration', `there is no file ${file}`);
  const statements = splitStatements(readFileSync(file, 'utf8'))
    .map(({ text }) => text)
    .filter((text) => bareSql(text) !== '');
  if (statements.length === 0) throw badOption('migration', `${file} has no statement`);
  return statements;
}

/** Rehearses the nearest pattern that works where the migration is, or may be, too much for D1. */
async function insteadOf(
  place: RehearsalPlace,
  statements: readonly string[],
  { verdict, applied, schema }: Attempted,
): Promise<Pick<RehearsalResult, 'tooMuch'> & { readonly instead?: Attempted }> {
  const isTooMuch = /limit$|at-once$/.test(verdict.signal);
  if (!isTooMuch) return { tooMuch: null };
  const at = slowestOf(statements, applied) ?? heaviestOf(statements, schema);
  const statement = (statements[at] ?? '').trim();
  const pattern = patternFor(statements, at, schema);
  if ('why' in pattern) return { tooMuch: { statement, why: pattern.why } };
  const instead = await attemptIt({ ...place, name: 'in parts', patternOf: () => pattern });
  return { tooMuch: { statement, why: null }, instead };
}

/** Where a transaction came to its end, each statement has told its time. */
function slowestOf(
  statements: readonly string[],
  { statements: applied }: Attempted['applied'],
): number | undefined {
  const [slowest] = applied.toSorted((a, b) => b.totalMs - a.totalMs);
  return slowest && statements.indexOf(slowest.sql);
}

const rowsIn = (schema: Schema): number => [...schema.values()].reduce((total, { rows }) => total + rows, 0);
