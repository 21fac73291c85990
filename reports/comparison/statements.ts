import { billStatements, headroomStatements } from '../document/content/index.ts';
import {
  counted,
  formatCount,
  formatPercent,
  formatUsd,
  isSpoiled,
  type RunEvidence,
} from '../document/index.ts';
import type { ComparisonResult, Interval95, Treatment, TreatmentComparison } from '../schema/index.ts';

export const COMPARISON_WITHHELD =
  'No figure and no decision is shown: the measurement itself was spoiled, so a number from it is not a number.';

/** What the treatments are, at the head of a column. */
export const comparedThing = ({ remote }: Pick<ComparisonResult, 'remote'>): string =>
  remote ? 'Target' : 'Placement';

/** Text of the figures, apart from the rest: a renderer shows it only of a comparison that was not spoiled. */
export const mayShowFigures = (result: ComparisonResult): boolean => !isSpoiled(result);

/** What a ratio was held to. */
type Bounded = Pick<ComparisonResult, 'bounds'>;

/** A finding as it may be told: results from before no difference had to be shown only say that none was found. */
export const findingOf = (
  verdict: TreatmentComparison['verdict'],
  { bounds }: Bounded,
): TreatmentComparison['verdict'] => (verdict === 'no difference' && !bounds ? 'not told apart' : verdict);

/** `~`: shown to be alike. What is not told apart is a ratio that may be anything in its interval. */
export function ratioText(ratio: number, verdict: TreatmentComparison['verdict'], result: Bounded): string {
  const finding = findingOf(verdict, result);
  if (finding === 'no difference') return '~';
  return `× ${ratioFigure.format(ratio)}${finding === 'not told apart' ? ', not told apart' : ''}`;
}

/** What `~` and an interval mean. */
export const legendStatement = ({ bounds }: Bounded): string =>
  bounds
    ? `~ is no difference: the whole interval lies within ${formatPercent(100 * bounds.equivalence)}. Not told apart: the blocks show ` +
      `neither a difference nor that there is none. The intervals hold at 95 % for all ${bounds.comparisons} judgements together ` +
      '(Bonferroni); they come from pairs of blocks, Student on the logarithms of their ratios.'
    : 'Intervals hold at 95 % each; they come from pairs of blocks, Student on the logarithms of their ratios.';

export const rangeText = ({ low, high }: Interval95): string =>
  `${ratioFigure.format(low)} to ${ratioFigure.format(high)}`;

export const intervalText = (interval: Interval95): string => `95 % interval ${rangeText(interval)}`;

const ratioFigure = new Intl.NumberFormat('en-GB', {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});

/** What changes for a user and in throughput; every figure is in the page's table. */
export const effectStatements = ({ comparisons, bounds }: ComparisonResult): string[] =>
  comparisons
    .filter(({ figure }) => figure === 'p95Ms' || figure === 'requestsPerSecond')
    .map(({ effect, verdict, interval95 }) => {
      const mark = findingOf(verdict, { bounds }) === 'no difference' ? '~ ' : '';
      return `${mark}${effect} (${intervalText(interval95)})`;
    });

export const whyStatements = ({ explanation }: ComparisonResult): string[] =>
  explanation.map(({ treatment, sentence }) => `${treatment}: ${sentence}`);

/** What each placement costs and how much room it leaves: a treatment says it once, however its neighbour behaves. */
export function costStatements(result: ComparisonResult): string[] {
  const room = placements(result).flatMap(({ topology, storage }) =>
    headroomStatements({ storage: storage ?? [], bills: [] }).map((line) => `${topology}: ${line}`),
  );
  return [...billStatements(billsOf(result)), ...manyStatements(result), ...room];
}

/** What a fleet of such tenants costs by either design; the table has other numbers of them. */
const manyStatements = ({ ofMany = [] }: ComparisonResult): string[] =>
  ofMany
    .filter(({ tenants }) => tenants === 1_000)
    .map(
      ({ tenants, shards, sharedUsd, accounts, deploymentsUsd }) =>
        `${formatCount(tenants)} tenants like this one pay ${formatUsd(sharedUsd)} a month together on ${counted(shards, 'shard')}, and ` +
        `${formatUsd(deploymentsUsd)} with a Worker and a D1 each, in ${counted(accounts, 'Cloudflare account')}`,
    );

/** One bill for each placement. */
export const billsOf = (result: ComparisonResult) => placements(result).flatMap(({ bill }) => bill ?? []);

/** The first treatment of each topology. */
const placements = ({ treatments }: ComparisonResult): Treatment[] =>
  [...Map.groupBy(treatments, ({ topology }) => topology).values()].flatMap(([first]) => first ?? []);

/** All blocks' evidence together, with what it proves (rule of three; rule of evidence 4). */
export function verificationOf({ treatments }: ComparisonResult): Pick<RunEvidence, 'verification'> {
  const blocks = treatments.flatMap((treatment) => treatment.blocks.map(({ verification }) => verification));
  const notPromised = blocks[0]?.notPromised;
  const sum = (
    figure: 'documentsChecked' | 'bodiesChecked' | 'isolationViolations' | 'staleReads' | 'corruptBodies',
  ): number => blocks.reduce((total, block) => total + block[figure], 0);
  const documentsChecked = sum('documentsChecked');
  return {
    verification: {
      documentsChecked,
      bodiesChecked: sum('bodiesChecked'),
      isolationViolations: sum('isolationViolations'),
      staleReads: sum('staleReads'),
      corruptBodies: sum('corruptBodies'),
      leakRateUpperBound95: documentsChecked === 0 ? 1 : Math.min(1, 3 / documentsChecked),
      ...(notPromised && { notPromised }),
    },
  };
}

export const treatmentName = ({ name, neighbour }: Treatment): string =>
  neighbour === null ? name : `${name} (${neighbour} at work)`;
