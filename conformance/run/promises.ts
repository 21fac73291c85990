import { PROMISE_NAMES, PROMISES, type System } from '../../reference-worker/target/index.ts';
import type { PromiseResult } from '../../reports/schema/index.ts';
import { type CheckOutcome, promisesOf } from '../checks/index.ts';

/** What a run says of each promise that its checks judge, whether or not the system makes it. */
export const promiseResultsOf = (system: System, outcomes: readonly CheckOutcome[]): PromiseResult[] =>
  PROMISE_NAMES.flatMap((name): PromiseResult[] => {
    const about = outcomes.filter(({ check }) => promisesOf(check).includes(name));
    if (about.length === 0) return [];
    const judged = about.filter(({ verdict }) => verdict !== 'SKIPPED');
    const isPromised = system.promises.includes(name);
    const state = isPromised ? stateOf(judged) : 'not promised';
    const checks = isPromised ? judged.map(({ check }) => check.id) : [];
    return [{ name, text: PROMISES[name], state, checks }];
  });

/** Of a promise that is made. One violation breaks it; one check that came to no end leaves it open. */
function stateOf(judged: readonly CheckOutcome[]): PromiseResult['state'] {
  if (judged.length === 0) return 'not judgeable here';
  if (judged.some(({ verdict }) => verdict === 'FAIL')) return 'broken';
  return judged.every(({ verdict }) => verdict === 'PASS') ? 'held' : 'open';
}
