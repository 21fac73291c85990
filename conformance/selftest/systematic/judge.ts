import {
  isTooFew,
  killShareOf,
  type MutantFate,
  SENSITIVITY_MIN,
  tallyBy,
  tallyOf,
  tallyTable,
} from './sensitivity.ts';

export interface SystematicResult {
  readonly outcome: 'PASS' | 'FAIL' | 'VOID';
  /** What decided, a sentence each. */
  readonly reasons: readonly string[];
  /** For the kill table; empty where not all mutants have been judged. */
  readonly section: string;
}

/**
 * Whether enough mutants were killed, and none that is listed as equivalent. Prints the survivors and the figures. VOID where
 * there was none to kill: then nothing was looked at.
 *
 * @param drawn how they were chosen: what was picked by a name stands for nothing else, so that no share is demanded of it
 */
export function judgeFates(
  judged: readonly MutantFate[],
  drawn: 'all' | 'sample' | 'by name',
): SystematicResult {
  for (const { mutant, fate, isEquivalent } of judged)
    if (fate.fate === 'survived' && !isEquivalent)
      console.log(
        ['', `SURVIVED ${mutant.id}`, mutant.diff, ...fate.noticed.map((text) => `  ${text}`)].join('\n'),
      );
  const all = tallyOf('all', judged);
  const tables = (['operator', 'file'] as const).map((key) => tallyTable(tallyBy(judged, key), all, key));
  console.log(`\n${tables.join('\n\n')}`);
  const met = all.killed + all.survived + all.open;
  const told = `${all.killed} of ${met} mutants were killed, each by a claim; ${all.open} are open.`;
  const reasons = judged
    .filter(({ fate, isEquivalent }) => isEquivalent && fate.fate === 'killed')
    .map(({ mutant }) => `${mutant.id} is listed as equivalent, and was killed.`);
  const least = `${SENSITIVITY_MIN * 100} %`;
  if (drawn === 'all' && (killShareOf(all) ?? 1) < SENSITIVITY_MIN) reasons.push(`${told} ${least} must be.`);
  if (drawn === 'sample' && isTooFew(all))
    reasons.push(`${told} Of all of them ${least} must be, and then so few are hardly ever drawn.`);
  if (drawn !== 'by name' && reasons.length === 0 && met === 0)
    return {
      outcome: 'VOID',
      reasons: ['No mutant was judged, which says nothing: allow more time.'],
      section: '',
    };
  return {
    outcome: reasons.length > 0 ? 'FAIL' : 'PASS',
    reasons: reasons.length > 0 ? reasons : [told],
    section: drawn === 'all' ? [headOf(judged.length), ...tables].join('\n\n') : '',
  };
}

const headOf = (mutants: number): string =>
  `Written by \`npm run selftest -- --systematic\`: the ${mutants} mutants that a machine makes of the Worker. The share is the sensitivity to
them, and to nothing else: killed by a claim, of those that build, answer, and are not listed as equivalent
([equivalents](../reference-worker/shared-shards/mutations/equivalents.json)). Nobody could deploy one whose types are wrong, and nobody
could overlook one that answers nobody; neither counts.`;
