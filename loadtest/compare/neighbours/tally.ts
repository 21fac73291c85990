import { findCanaries } from '../../../fixtures/index.ts';
import type { Answer, Asked } from '../../../reference-worker/target/index.ts';

/** What a neighbour did, and what was seen in its answers. */
export interface NeighbourTally {
  requests: number;
  /** Without an answer, or with a status of 400 or more. */
  failures: number;
  bodiesChecked: number;
  documentsChecked: number;
  /** Documents of another account. */
  isolationViolations: number;
  /** Answers of success that the system cannot read: they are no JSON, or not what the operation is answered with. */
  corruptBodies: number;
}

export const newTally = (): NeighbourTally => ({
  requests: 0,
  failures: 0,
  bodiesChecked: 0,
  documentsChecked: 0,
  isolationViolations: 0,
  corruptBodies: 0,
});

/**
 * Checks an answer and counts it. A neighbour is a tenant too: what it must not see is looked for in errors as well.
 *
 * @param account whose token the request carried
 * @param asked undefined when no answer came
 * @returns an answer of success that the system can read; undefined otherwise
 */
export function countAnswer(
  tally: NeighbourTally,
  account: string,
  asked: Pick<Asked, 'response' | 'answer'> | undefined,
): Answer | undefined {
  tally.requests += 1;
  if (!asked) {
    tally.failures += 1;
    return undefined;
  }
  const { response, answer } = asked;
  const canaries = findCanaries(response.body);
  tally.bodiesChecked += 1;
  tally.documentsChecked += canaries.length;
  tally.isolationViolations += canaries.filter((canary) => canary.account !== account).length;
  if (response.status >= 400) {
    tally.failures += 1;
    return undefined;
  }
  if (answer.unreadable === undefined) return answer;
  tally.corruptBodies += 1;
  return undefined;
}
