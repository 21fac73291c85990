import { findCanaries } from '../../../fixtures/index.ts';

/** What a neighbour did, and what was seen in its answers. */
export interface NeighbourTally {
  requests: number;
  /** Without an answer, or with a status of 400 or more. */
  failures: number;
  bodiesChecked: number;
  documentsChecked: number;
  /** Documents of another account. */
  isolationViolations: number;
  /** Answers of success that are not JSON. */
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
 * @param answer undefined when none came
 * @returns the JSON of an answer of success; undefined otherwise
 */
export function countAnswer(
  tally: NeighbourTally,
  account: string,
  answer: { readonly status: number; readonly text: string } | undefined,
): unknown {
  tally.requests += 1;
  if (!answer) {
    tally.failures += 1;
    return undefined;
  }
  const canaries = findCanaries(answer.text);
  tally.bodiesChecked += 1;
  tally.documentsChecked += canaries.length;
  tally.isolationViolations += canaries.filter((canary) => canary.account !== account).length;
  if (answer.status >= 400) {
    tally.failures += 1;
    return undefined;
  }
  try {
    return JSON.parse(answer.text);
  } catch {
    tally.corruptBodies += 1;
    return undefined;
  }
}
