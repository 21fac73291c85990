import { setTimeout as sleep } from 'node:timers/promises';
import { startProgress } from '../../reports/command/index.ts';
import type { RehearsalAttempt, Signal, Verdict } from '../../reports/index.ts';
import { noPricesOn, PRICE_SOURCE, pricesOn } from '../headroom/index.ts';
import { sum } from '../sum.ts';
import { BESIDE_MS, type RehearsalPlace, startAtWork } from './at-work.ts';
import { D1_LIMIT_SECONDS, judged, MARGIN } from './judge.ts';
import type { Pattern } from './pattern.ts';
import { type AppliedMigration, runMigration } from './run-migration.ts';
import { readSchema, type Schema } from './schema.ts';

export interface AttemptOptions extends RehearsalPlace {
  readonly name: RehearsalAttempt['name'];
  /** From the tables as they are, once the copy is there. */
  readonly patternOf: (schema: Schema) => Pattern;
}

export interface Attempted {
  readonly attempt: RehearsalAttempt;
  readonly signals: readonly Signal[];
  readonly verdict: Verdict;
  readonly applied: AppliedMigration;
  /** The tables before it. */
  readonly schema: Schema;
}

/**
 * Does it on a fresh copy of the database, on the thread that serves the Worker's requests, while people are at work.
 *
 * @throws PlatformError, FixtureError, or the reason of `signal`
 */
export async function attemptIt(options: AttemptOptions): Promise<Attempted> {
  const { database, name, signal } = options;
  const progress = startProgress(`rehearse: ${name}`);
  const { placed, startPeople } = await startAtWork(options);
  try {
    const { operator } = placed.platform;
    const schema = await readSchema(operator, database);
    const pattern = options.patternOf(schema);
    const people = await startPeople();
    try {
      await sleep(BESIDE_MS, undefined, { signal });
      const before = await people.take();
      const giveUpMs = D1_LIMIT_SECONDS * MARGIN * 1_000 + 1_000;
      const onProgress = (text: string): void => progress.update(`rehearse: ${name}: ${text}`);
      const applied = await runMigration(
        { operator, database, giveUpMs, onProgress, signal },
        pattern,
        schema,
      );
      // What was given up goes on: those who wait for it are answered by the end of the platform.
      if (applied.ended?.isTooLong) await placed.platform.stop();
      const during = await people.take();
      if (!applied.ended?.isTooLong) await sleep(BESIDE_MS, undefined, { signal });
      await people.stop();
      const after = await people.take();
      const requests = {
        before,
        during,
        after: applied.ended?.isTooLong ? { ...after, count: 0, failed: 0, errors: [] } : after,
      };
      const { signals, verdict } = judged(applied, requests);
      progress.done(`rehearse: ${name}: ${verdict.outcome}`);
      const attempt = attemptOf(options, pattern, applied, { ...requests, verdict });
      return { attempt, signals, verdict, applied, schema };
    } finally {
      await people.stop();
    }
  } catch (error) {
    progress.fail(`rehearse: ${name} was not brought to an end`);
    throw error;
  } finally {
    await placed.platform.stop();
  }
}

const attemptOf = (
  { name }: AttemptOptions,
  { explained }: Pattern,
  { statements, longestTransactionMs, elapsedMs, ended }: AppliedMigration,
  {
    verdict,
    ...requests
  }: Pick<RehearsalAttempt, 'before' | 'during' | 'after'> & { readonly verdict: Verdict },
): RehearsalAttempt => ({
  name,
  outcome: verdict.outcome,
  reason: verdict.reason,
  explained: [...explained],
  statements: statements.map(({ mostChangedAtOnce: _, ...statement }) => statement),
  longestTransactionMs,
  elapsedMs,
  ended: ended?.why ?? null,
  ...requests,
  usd: priceOf(statements, today()),
});

const today = (): string => new Date().toISOString().slice(0, 10);

function priceOf(statements: AppliedMigration['statements'], date: string): number | null {
  const prices = pricesOn(date);
  if (!prices) return null;
  const rows = {
    rowsRead: sum(statements.map(({ rowsReadAtMost }) => rowsReadAtMost)),
    rowsWritten: sum(statements.map(({ rowsWrittenAtMost }) => rowsWrittenAtMost)),
  };
  return sum(
    prices.map(({ charge, usd, per }) =>
      charge === 'rowsRead' || charge === 'rowsWritten' ? (rows[charge] / per) * usd : 0,
    ),
  );
}

/** Where the figures of a rehearsal are from. */
export const rehearsalBasis = (): string[] => [
  "Times are of this machine's SQLite on a copy of the documents; D1's processor and disk are others, which is why a verdict keeps a " +
    'margin of three on either side of its limit of 30 s.',
  'Rows changed are exact. SQLite tells neither the rows that were looked at nor those of indexes, so rows read and written are ' +
    'bounds: every table that is read from end to end counts whole, and each changed row once for each index of its table.',
  'D1 serves one request at a time (developers.cloudflare.com/d1/platform/limits): people wait while a transaction is at work.',
  pricesOn(today()) ? PRICE_SOURCE : noPricesOn(today()),
];
