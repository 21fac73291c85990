import { ConformanceResult } from '../../schema/index.ts';
import { sampleConformance } from './sample-conformance.ts';

/** Keys whose values the schema fixes; every other string of the result becomes hostile. */
const FIXED = new Set([
  'kind',
  'verdict',
  'state',
  'outcome',
  'severity',
  'effort',
  'startedAt',
  'finishedAt',
  'runId',
]);

/** Text wherever the schema takes any. Ids stay apart from each other, as they are. */
export function hostileConformance(text: string): ConformanceResult {
  let ids = 0;
  const hostile = JSON.stringify(sampleConformance(), (key, value: unknown) => {
    if (typeof value !== 'string' || FIXED.has(key)) return value;
    ids += 1;
    return key === 'id' ? `${text}${ids}` : text;
  });
  return ConformanceResult.parse(JSON.parse(hostile));
}
