import type { Counterexample, GuaranteeFinding } from './evidence.ts';
import { TABLED_GUARANTEES } from './guarantees.ts';
import type { Configuration } from './modes.ts';

/** What was found about one configuration: a finding for each guarantee, in their order. */
export interface GuaranteeRow {
  readonly configuration: Configuration;
  readonly findings: readonly GuaranteeFinding[];
}

/** The verdicts; a broken guarantee links to its smallest history, under the number that `numberOf` gives it. */
export function guaranteeTable(
  rows: readonly GuaranteeRow[],
  numberOf: (violation: Counterexample) => number,
): string {
  const verdict = ({ violated, smallest }: GuaranteeFinding): string => {
    if (!smallest) return 'holds';
    const number = numberOf(smallest);
    return `**broken** ${violated}× [(${number})](#history-${number})`;
  };
  const lines = rows.map(({ configuration: { session, cache }, findings }) =>
    line([`\`${session.name}\``, cache.name, ...findings.map(verdict)]),
  );
  const header = ['session', 'KV', ...TABLED_GUARANTEES.map(({ name }) => name)];
  return [line(header), line(header.map(() => '---')), ...lines].join('\n');
}

const line = (entries: readonly string[]): string => `| ${entries.join(' | ')} |`;
