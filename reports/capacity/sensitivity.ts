import type { Table } from '../document/index.ts';
import { figureColumns, formatCount, formatMs, wordColumns } from '../document/index.ts';
import type { Knee, NumbersOfBasis, Sensitivity, SensitivityOutcome } from '../schema/index.ts';

/** How the table came about, and what is not in it. */
export function sensitivityStatement({ notVaried, bases = [] }: Sensitivity): string {
  const missing =
    notVaried.length === 0 ? '' : ` Assumed as well, and not in that model: ${notVaried.join(', ')}.`;
  return (
    'The queue model run again at the mix and the demand that this run measured, with one number changed at a time; the Worker ' +
    `and this machine take no time in it, so rows are to be held against the first.${missing}${bases.length === 0 ? '' : ` ${basesText(bases)}`}`
  );
}

const WORDS: Readonly<Record<string, string>> = { assumption: 'assumed' };

/** Which numbers of the profile were measured, and which are somebody's word. */
function basesText(bases: readonly NumbersOfBasis[]): string {
  const total = (parts: NumbersOfBasis['parts']): number => parts.reduce((sum, { count }) => sum + count, 0);
  const told = bases.map(({ basis, parts }) => {
    const names = parts.map(({ path, count, of }) => (count === of ? path : `${path} (${count} of ${of})`));
    return `${formatCount(total(parts))} ${WORDS[basis] ?? basis} (${names.join(', ')})`;
  });
  return `Of the ${formatCount(total(bases.flatMap(({ parts }) => parts)))} numbers of the profile: ${told.join('; ')}.`;
}

/** @param knee null: the run was no ladder, and objectives are told at its own load */
export function sensitivityTable({ asItIs, rows }: Sensitivity, knee: Knee | null): Table {
  const text = (outcome: SensitivityOutcome): string => {
    const word = outcome.holds ? 'holds' : knee ? 'too little' : 'missed';
    return knee
      ? `${formatCount(outcome.requestsPerSecond)} requests/s, ${word}`
      : `p95 ${formatMs(outcome.p95Ms)}, ${word}${outcome.holds ? '' : `: ${outcome.missed[0]}`}`;
  };
  return {
    caption: 'What the verdict rests on',
    columns: [...wordColumns('Number', 'Basis', 'Value'), ...figureColumns('At half', 'At twice')],
    rows: [
      ['All as they are', '', '', text(asItIs), text(asItIs)],
      ...rows.map(({ title, path, basis, value, half, twice }) => [
        `${title} (${path})`,
        basis,
        value,
        text(half),
        text(twice),
      ]),
    ],
  };
}
