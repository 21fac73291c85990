import { spelledAsCalled } from '../command/index.ts';
import { formatInstant } from '../document/index.ts';
import { type Paint, painter, plain, VERDICT_STYLE } from '../render/index.ts';
import type { Entry } from './entry.ts';
import type { History } from './read-runs.ts';
import { type Selection, select } from './select.ts';

/**
 * Stored runs for the terminal, the newest first, two lines each; then those that are not shown, and why.
 *
 * @param colour whether to emit ANSI styles; the words carry the verdict either way
 * @returns text without a line break at its end
 */
export function listOf(
  { entries, notShown }: History,
  selection: Selection,
  { colour }: { colour: boolean },
): string {
  const paint = painter(colour);
  const shown = select(entries, selection).toReversed();
  const rest = Map.groupBy(notShown, ({ reason }) => reason);
  return [
    ...shown.flatMap((entry) => entryLines(entry, paint)),
    ...(shown.length === 0
      ? [`No run is stored yet; ${spelledAsCalled('shardproof capacity')} makes one.`]
      : []),
    ...[...rest].map(([reason, { length }]) => paint('dim', `Not shown, ${length}: ${plain(reason)}`)),
  ].join('\n');
}

function entryLines(entry: Entry, paint: Paint): string[] {
  const { outcome, kind, startedAt, headline, subject, runId, commit, machine } = entry;
  const about = [headline, subject].map(plain).join(' · ');
  const origin = [runId, `commit ${commit}`, machine].map(plain).join(' · ');
  return [
    `${formatInstant(startedAt)}  ${paint(VERDICT_STYLE[outcome], outcome.padEnd(12))}  ${kind.padEnd(11)}  ${about}`,
    paint('dim', `  ${origin}`),
  ];
}
