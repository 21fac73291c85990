import { counted, formatCount, formatSeconds } from '../../document/index.ts';
import type { Html } from '../../render/html/index.ts';
import { type AnswerOfScreen, firstScreen, type Headline } from '../../render/html/index.ts';
import type { CheckResult, ConformanceResult } from '../../schema/index.ts';
import { describedTarget, verdictCounts } from '../markdown.ts';

/** The first screen: how many checks hold, and of what that is a proof. */
export const conformanceOverview = (result: ConformanceResult): Html =>
  firstScreen({
    verdict: result.verdict,
    headlines: headlinesOf(result),
    answers: answersOf(result),
    reproduce: result.reproduce,
  });

const passed = (checks: readonly CheckResult[]): number =>
  checks.filter(({ verdict }) => verdict === 'PASS').length;
const sum = (checks: readonly CheckResult[], figure: 'claims' | 'controls'): number =>
  checks.reduce((total, check) => total + check[figure], 0);

function headlinesOf({ checks, startedAt, finishedAt }: ConformanceResult): Headline[] {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  return [
    [`${formatCount(passed(checks))} of ${formatCount(checks.length)}`, 'checks hold'],
    [
      formatCount(sum(checks, 'claims')),
      `${sum(checks, 'claims') === 1 ? 'claim' : 'claims'}, beside ${counted(sum(checks, 'controls'), 'control')}`,
    ],
    [formatSeconds(seconds), 'from first to last'],
  ];
}

function answersOf({ checks, doubts, target, cleanUp }: ConformanceResult): AnswerOfScreen[] {
  const tally = verdictCounts(checks).map(([verdict, count]) => `${formatCount(count)} ${verdict}`);
  const areas = [...Map.groupBy(checks, ({ area }) => area)].map(
    ([area, ofArea]) => `${area} ${passed(ofArea)} of ${ofArea.length}`,
  );
  return [
    ['Checks', tally.length > 0 ? [tally.join(', ')] : []],
    ['By area', areas.length > 0 ? [areas.join(', ')] : []],
    ['Doubts', doubts],
    ['Target', [describedTarget(target)]],
    [
      'Cleaned up',
      cleanUp
        ? [`${formatCount(cleanUp.removed)} documents removed, ${formatCount(cleanUp.left.length)} left`]
        : [],
    ],
  ];
}
