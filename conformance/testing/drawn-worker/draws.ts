import fc from 'fast-check';
import { CHECKS, type Check } from '../../checks/index.ts';
import { runChecks } from '../../run/index.ts';
import { drawnSystem } from './drawn-system.ts';
import { CHOICES, fitting, type Switches } from './switches.ts';

const { constantFrom } = fc;
/** Shrinks towards the first of each choice. */
export const drawnSwitches: fc.Arbitrary<Switches> = fc
  .record({
    ids: constantFrom(...CHOICES.ids),
    credentials: constantFrom(...CHOICES.credentials),
    tokens: constantFrom(...CHOICES.tokens),
    position: constantFrom(...CHOICES.position),
    hosts: constantFrom(...CHOICES.hosts),
    versions: constantFrom(...CHOICES.versions),
    tags: constantFrom(...CHOICES.tags),
    conditions: constantFrom(...CHOICES.conditions),
    told: constantFrom(...CHOICES.told),
    puts: constantFrom(...CHOICES.puts),
    patches: constantFrom(...CHOICES.patches),
    deletes: constantFrom(...CHOICES.deletes),
    children: constantFrom(...CHOICES.children),
    batches: constantFrom(...CHOICES.batches),
    joins: constantFrom(...CHOICES.joins),
    lists: constantFrom(...CHOICES.lists),
    listed: constantFrom(...CHOICES.listed),
    cursors: constantFrom(...CHOICES.cursors),
    searches: constantFrom(...CHOICES.searches),
    orders: constantFrom(...CHOICES.orders),
    absent: constantFrom(...CHOICES.absent),
    content: constantFrom(...CHOICES.content),
    field: constantFrom(...CHOICES.field),
    errors: constantFrom(...CHOICES.errors),
    statuses: constantFrom(...CHOICES.statuses),
    keeping: constantFrom(...CHOICES.keeping),
  })
  .map(fitting);

/** Enough that each two ways which can be had together are among them. */
const SAMPLES = 3_000;

const pairsIn = (switches: Switches): string[] => {
  const ways = Object.entries(switches).map(([name, way]) => `${name}=${way}`);
  return ways.flatMap((way, index) => ways.slice(index + 1).map((other) => `${way} ${other}`));
};

/** Draws among which every two ways that can be had together are met: a covering array of strength two, made greedily. */
export function coveringDraws(seed: number): readonly Switches[] {
  const samples = fc.sample(drawnSwitches, { seed, numRuns: SAMPLES }).map((switches) => ({
    switches,
    pairs: pairsIn(switches),
  }));
  const missing = new Set(samples.flatMap(({ pairs }) => pairs));
  const chosen: Switches[] = [];
  while (missing.size > 0) {
    let best: (typeof samples)[number] | undefined;
    let most = 0;
    for (const sample of samples) {
      const count = sample.pairs.filter((pair) => missing.has(pair)).length;
      if (count > most) [best, most] = [sample, count];
    }
    if (!best) break;
    chosen.push(best.switches);
    for (const pair of best.pairs) missing.delete(pair);
  }
  return chosen;
}

export interface Judged {
  /** What a Worker that keeps its promises was accused of, or could not be cleared of: none may be. */
  readonly alarms: readonly string[];
  /** How many checks judged it. */
  readonly passed: number;
}

/** Runs checks against the Worker with these switches. @throws the reason of the signal; PlatformError */
export async function judgeDrawn(
  switches: Switches,
  {
    seed,
    signal,
    checks = CHECKS,
  }: { readonly seed: number; readonly signal: AbortSignal; readonly checks?: readonly Check[] },
): Promise<Judged> {
  const outcomes = await runChecks({
    ...{ system: drawnSystem(switches), checks, seed, effort: 'fast', signal },
    onOutcome: () => undefined,
  });
  const isAlarm = ({ verdict }: (typeof outcomes)[number]): boolean =>
    verdict !== 'PASS' && verdict !== 'SKIPPED';
  return {
    alarms: outcomes.filter(isAlarm).map(({ check, verdict, reason }) => `${check.id} ${verdict}: ${reason}`),
    passed: outcomes.filter(({ verdict }) => verdict === 'PASS').length,
  };
}

/** The smallest Worker that was accused although it keeps what it promises, and how to find it again. */
export interface FalseAlarm {
  readonly switches: Switches;
  readonly alarms: readonly string[];
  readonly seed: number;
}

export interface AlarmSearch {
  /** Judged before any other is drawn. */
  readonly examples: readonly Switches[];
  /** How many are drawn beside the examples. */
  readonly draws: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Told of each Worker as it has been judged. */
  readonly onJudged?: (judged: Judged) => void;
}

/**
 * Draws Workers until one is accused, and shrinks that one: its switches move towards the first of each choice.
 *
 * @returns undefined where none is accused
 * @throws the reason of the signal; PlatformError; PreflightError
 */
export async function findFalseAlarm(search: AlarmSearch): Promise<FalseAlarm | undefined> {
  const { examples, draws, seed, signal, onJudged } = search;
  let found: FalseAlarm | undefined;
  let accusing: readonly Check[] = CHECKS;
  const property = fc.asyncProperty(drawnSwitches, async (switches) => {
    const judged = await judgeDrawn(switches, { seed, signal, checks: accusing });
    onJudged?.(judged);
    if (judged.alarms.length === 0) return true;
    found = { switches, alarms: judged.alarms, seed };
    // A smaller Worker counts only if it is accused of the same.
    accusing = CHECKS.filter(({ id }) => judged.alarms.some((alarm) => alarm.startsWith(`${id} `)));
    return false;
  });
  const details = await fc.check(property, {
    ...{ seed, numRuns: examples.length + draws, unbiased: true },
    examples: examples.map((switches): [Switches] => [switches]),
  });
  signal.throwIfAborted();
  if (details.failed && !found) throw details.errorInstance;
  return found;
}
