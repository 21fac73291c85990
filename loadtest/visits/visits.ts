import { z } from 'zod';
import { DATA_SETS, placeClones, seedShards, stateFolder } from '../../fixtures/index.ts';
import {
  kvCacheOf,
  laggingBehaviour,
  systemFlags,
  topologyNamed,
} from '../../reference-worker/target/index.ts';
import {
  badOption,
  exitCodeOf,
  type Invocation,
  readOptions,
  startProgress,
  timeLeft,
  wholeNumber,
} from '../../reports/command/index.ts';
import { formatCount, formatPercent } from '../../reports/document/index.ts';
import { visitedBy } from '../journey/index.ts';
import { planManyAccounts, withManyAccounts } from '../many-accounts.ts';
import { chosenSubject } from '../system.ts';
import { type Looked, type Played, play, type Visits } from './play.ts';

const ACCOUNTS_MAX = 20_000;
const Flags = z.strictObject({
  ...systemFlags,
  accounts: wholeNumber(1, ACCOUNTS_MAX),
  documents: wholeNumber(1, 10_000),
  perDay: wholeNumber(1, 10_000_000),
  hours: wholeNumber(1, 168),
  seed: wholeNumber(),
});

/** `shardproof visits`: what visitors at the pace of a real day take of D1 and KV. */
export async function visits({ given, signal }: Invocation): Promise<number> {
  const { system: name, config, accounts, documents, ...asked } = readOptions(Flags, given);
  const subject = await chosenSubject({ system: name, config });
  const { system, placements } = subject;
  if (!visitedBy(system))
    throw badOption('system', `nobody visits ${system.name}: its journey has no step that does "view"`);
  const topology = withManyAccounts(topologyNamed(placements), placements.underTest, accounts);
  const planned = planManyAccounts(subject, topology, { documents, seed: asked.seed }, DATA_SETS);
  const shards = await seedShards(planned, signal);
  const stateDir = stateFolder(system, 'visits');
  await placeClones(shards, stateDir, signal);
  const behaviour = laggingBehaviour(asked.seed);
  const kvCache = kvCacheOf(placements, false);
  const placed = await placements.start({ topology, stateDir, kvCache, behaviour });
  const label = `visits: ${formatCount(asked.perDay)} a day`;
  const progress = startProgress(label);
  const startedAtMs = Date.now();
  try {
    const onProgress = (fraction: number): void =>
      progress.update(`${label}, ${formatPercent(100 * fraction)}, ${timeLeft(startedAtMs, fraction)}`);
    const played = await play({ ...asked, subject, topology, shards, placed, signal, onProgress });
    progress.done(label);
    console.log(linesOf(played, asked, accounts).join('\n'));
    return exitCodeOf[outcomeOf(played)];
  } catch (error) {
    progress.fail(`${label} were not played to the end`);
    throw error;
  } finally {
    await placed.platform.stop();
  }
}

/** A signal that looked at nothing does not hold, and a page with another account's documents is a leak. */
function outcomeOf({ documentsChecked, violations, failures }: Played) {
  if (violations.length > 0 || failures.length > 0) return 'FAIL';
  return documentsChecked > 0 ? 'PASS' : 'INCONCLUSIVE';
}

function linesOf(played: Played, { hours, perDay }: Visits, accounts: number): string[] {
  const all = [...played.views.values()].reduce(added);
  const { writes, writesInAMinute, kvWrites, kvDeletes, failures, violations, documentsChecked } = played;
  return [
    `${formatCount(all.looks)} views in ${hours} h of virtual time, ${formatCount(perDay)} a day over ${formatCount(accounts)} accounts: ` +
      `${formatPercent((100 * all.withoutDatabase) / all.looks)} were served without D1.`,
    `${formatCount(writes)} writes, ${writesInAMinute} in the busiest minute.`,
    `Verified: ${formatCount(documentsChecked)} documents of the accounts that were looked at; ${violations.length} violations, ${failures.length} failures.`,
    ...[...violations.map(({ kind, detail }) => `${kind}: ${detail}`), ...failures].slice(0, SHOWN),
    '',
    row('view', 'looks', 'without D1', 'D1 queries', 'KV reads'),
    ...[...played.views, ['all' as const, all] as const].map(([name, of]) =>
      row(
        name,
        formatCount(of.looks),
        formatPercent((100 * of.withoutDatabase) / of.looks),
        perLook(of, of.queries),
        perLook(of, of.kvReads),
      ),
    ),
    `Of each view on average, and with it ${perLook(all, kvWrites)} writes to KV and ${perLook(all, kvDeletes)} deletions.`,
  ];
}

const SHOWN = 5;
const perLook = ({ looks }: Looked, count: number): string => (count / looks).toFixed(3);
const added = (one: Looked, other: Looked): Looked => ({
  looks: one.looks + other.looks,
  withoutDatabase: one.withoutDatabase + other.withoutDatabase,
  queries: one.queries + other.queries,
  kvReads: one.kvReads + other.kvReads,
});
const row = (first: string, ...others: readonly string[]): string =>
  `${first.padEnd(16)}${others.map((each) => each.padStart(12)).join('')}`;
