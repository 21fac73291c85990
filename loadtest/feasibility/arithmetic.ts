import type { Copy } from '../../reference-worker/target/index.ts';

/** How long it takes until every document was refreshed once, and what it costs. */
export interface RefreshRound {
  readonly calls: number;
  readonly durationMs: number;
  /** What makes it that long. */
  readonly limit: 'documents a run' | 'call budget';
}

/** A change of design, and what one round takes with it. */
export interface DesignChange {
  readonly sentence: string;
  /** Whether the promise is kept then, for every document. */
  readonly keeps: boolean;
}

const HOUR_MS = 3_600_000;

/** How many calls the budget has in so much time. */
export const callsIn = ({ budget }: Pick<Copy, 'budget'>, durationMs: number): number =>
  Math.floor((budget.calls * durationMs) / budget.withinMs);

/** One round of the scheduled refresh, if nothing else makes a call. */
export function roundOf(copy: Copy): RefreshRound {
  const { documents, perCall, refresh } = copy;
  const calls = Math.ceil(documents / perCall);
  const byRunsMs = Math.ceil(documents / refresh.documentsPerRun) * refresh.everyMs;
  const byBudgetMs = atBudgetMs(copy, calls);
  return byRunsMs >= byBudgetMs
    ? { calls, durationMs: byRunsMs, limit: 'documents a run' }
    : { calls, durationMs: byBudgetMs, limit: 'call budget' };
}

/** How long so many calls take where nothing but the budget holds them up. */
export const atBudgetMs = ({ budget }: Pick<Copy, 'budget'>, calls: number): number =>
  (calls * budget.withinMs) / budget.calls;

/** A shorter promise is broken in any case: a round begins with the run after the one before. */
export const isKept = (copy: Copy): boolean =>
  roundOf(copy).durationMs + copy.refresh.everyMs <= copy.freshWithinMs;

/** What may be changed for the promise, the smallest change first; each is told with what it comes to. */
export function changesFor(copy: Copy, inWords: Words): readonly DesignChange[] {
  const { documents, perAccount, perCall, freshWithinMs } = copy;
  const within = callsIn(copy, freshWithinMs);
  const [one, whole] = [perCall, perAccount].map((brings) => {
    const calls = Math.ceil(documents / brings);
    return {
      calls,
      ms: atBudgetMs(copy, calls),
      budgets: Math.max(1, Math.ceil(calls / Math.max(1, within))),
    };
  });
  if (!one || !whole) throw new Error('there are two ways of asking the upstream');
  const accounts = Math.ceil(documents / perAccount);
  const by = (calls: number, ms: number): string =>
    `${inWords.count(calls)} calls a round, ${inWords.duration(ms)} at the budget`;
  return [
    {
      sentence: `larger or more frequent runs, as many calls as the budget has: ${by(one.calls, one.ms)}`,
      keeps: one.ms <= freshWithinMs,
    },
    ...(perCall === perAccount
      ? []
      : [
          {
            sentence: `one call for the ${inWords.count(perAccount)} documents of an account: ${by(whole.calls, whole.ms)}`,
            keeps: whole.ms <= freshWithinMs,
          },
        ]),
    {
      sentence:
        `several tokens, each with such a budget: ${inWords.count(whole.budgets)} with one call for an account` +
        (perCall === perAccount ? '' : `, ${inWords.count(one.budgets)} as it is`),
      keeps: true,
    },
    {
      sentence: `a promise for what somebody looks at alone: up to ${inWords.count(within)} accounts in ${inWords.duration(freshWithinMs)}, with one call for an account`,
      keeps: within >= Math.min(accounts, ((copy.look?.accountsPerHour ?? 0) * freshWithinMs) / HOUR_MS),
    },
    {
      sentence: `a promise of ${inWords.duration(whole.ms + copy.refresh.everyMs)} with one call for an account`,
      keeps: true,
    },
    { sentence: 'an upstream that tells of each change: as many calls as there are changes', keeps: true },
  ];
}

/** How figures read. */
export interface Words {
  count(value: number): string;
  duration(ms: number): string;
}
