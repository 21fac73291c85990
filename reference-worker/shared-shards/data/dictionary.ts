export { FIELDS } from './dictionary-fields.ts';

import { dictionaryTable, type TableRow } from '../../../fixtures/documents/index.ts';
import { type CountDistribution, drawRank, lomaxTable } from '../../../fixtures/generator/index.ts';
import {
  EPOCH_END_MS,
  EPOCH_START_MS,
  FINANCES_PER_CLIENT,
  INTAKE_GROWTH,
  NOTES_PER_CLIENT,
  SENTENCES_PER_NOTE,
  SKEW_OFFSET,
  VALUE_PENCE,
} from './distributions.ts';
import type { RankedList, Vocabulary } from './vocabulary.ts';

export const CONVENTIONS =
  "Dates are ISO 8601 in UTC, money is in pence. A field with an index is a generated column of the shard's table.\n" +
  'Every number is drawn by its place (account, collection, index, field) under the seed, independently of all others.';

/** The distributions' figures, worked out from the tables that documents are drawn from. */
export function dictionaryFigures(vocabulary: Vocabulary): string {
  const counts = dictionaryTable(
    ['what', 'distribution', 'minimum', 'mean', 'p50', 'p95', 'maximum'],
    countFigures(),
  );
  const header = ['what', 'entries', 'offset', 'commonest', 'ten commonest', 'rarest'];
  return `## Distributions

${intakeFigures()}

${counts}

Lists, by the Zipf-Mandelbrot distribution of exponent 1 (rank r weighs 1 / (r + offset)):

${dictionaryTable(header, rankFigures(vocabulary))}`;
}

/** @returns rows of: what, distribution, minimum, mean, p50, p95, maximum */
export function countFigures(): TableRow[] {
  const count = (what: string, distribution: CountDistribution): TableRow => {
    const { minimum, scale, maximum } = distribution;
    const table = lomaxTable(distribution);
    // A mean is the sum of P(K > k) over all k.
    const mean = minimum + table.reduce((sum, share) => sum + 1 - share, 0);
    const quantile = (share: number): number => minimum + drawRank(table, share);
    const shape = `discrete Lomax, shape 3, scale ${scale}`;
    return [what, shape, minimum, mean.toFixed(1), quantile(0.5), quantile(0.95), maximum];
  };
  return [
    count('finances per client', FINANCES_PER_CLIENT),
    count('notes per client', NOTES_PER_CLIENT),
    count('sentences per note', SENTENCES_PER_NOTE),
    valueFigures(),
  ];
}

function valueFigures(): TableRow {
  const pounds = (share: number): string =>
    Math.round((VALUE_PENCE.minimum + share * VALUE_PENCE.span) / 100).toLocaleString('en-GB');
  // The mean of a uniform float's cube is a quarter.
  return [
    'value of a finance record, £',
    'uniform, cubed',
    pounds(0),
    pounds(1 / 4),
    pounds(0.5 ** 3),
    pounds(0.95 ** 3),
    pounds(1),
  ];
}

/** @returns rows of: what, entries, offset, share of the commonest, of the ten commonest, of the rarest */
function rankFigures(vocabulary: Vocabulary): TableRow[] {
  const rank = (what: string, offset: number, list: RankedList<unknown>): TableRow => {
    const { length } = list.entries;
    const upTo = (count: number): number => list.cumulative[count - 1] ?? 0;
    const shares = [upTo(1), upTo(10), 1 - upTo(length - 1)];
    return [what, length, offset, ...shares.map((share) => `${(share * 100).toFixed(2)} %`)];
  };
  const { surnames, givenNames, postcodeAreas, postcodeDistricts, companies } = SKEW_OFFSET;
  return [
    rank('surnames', surnames, vocabulary.surnames),
    rank("women's given names", givenNames, vocabulary.femaleNames),
    rank("men's given names", givenNames, vocabulary.maleNames),
    rank('postcode areas', postcodeAreas, vocabulary.postcodeAreas),
    rank('postcode districts', postcodeDistricts, vocabulary.postcodeDistricts),
    rank('firms', companies, vocabulary.companies),
  ];
}

/** @returns the intake of clients in a sentence */
function intakeFigures(): string {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const years = new Date(EPOCH_END_MS).getUTCFullYear() - new Date(EPOCH_START_MS).getUTCFullYear();
  // The integral of the rate over the first half of the time, by that over the whole.
  const firstHalf = (1 + (INTAKE_GROWTH - 1) / 4) / (INTAKE_GROWTH + 1);
  return (
    `Clients are taken on over ${years} years, from ${day(EPOCH_START_MS)} to ${day(EPOCH_END_MS)}, at a rate that ` +
    `grows linearly from 1 to ${INTAKE_GROWTH}: ${(firstHalf * 100).toFixed(1)} % of them in the first half.`
  );
}
