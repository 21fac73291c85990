import http, { type Response } from 'k6/http';
import type { Clock } from './clock.ts';
import { type OperationName, operationKinds, type SafetyCounter, VERIFIED } from './plan.ts';
import { count, countWithSample, recordAnswer } from './recorded.ts';
import type { Expected } from './shapes.ts';
import { type Verified, type Violation, type ViolationKind, verifyBody } from './verify.ts';
import { VersionMemory } from './versions.ts';

export interface Call {
  readonly operation: OperationName;
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly body?: object;
  /** The version that must still be the newest; 412 is then a possible answer. */
  readonly ifVersion?: number;
  readonly expect: Expected;
}

export interface Answer {
  readonly outcome: 'ok' | 'conflict' | 'failed';
  /** Of the one document that was asked for. Bodies are not handed on: a thinking user would keep them alive. */
  readonly version?: number | undefined;
}

/** One user's connection to the account's Worker: the only place that sends requests and judges responses. */
export type Target = (call: Call) => Answer;

/** Of those that were ever edited; 4,000 users' memories must fit into k6. */
const REMEMBERED_DOCUMENTS = 64;
/** After this long an answer that has not come counts as a failure; k6-options.ts lets every request wait for it. */
const TIMEOUT = '30s';
const OK_STATUS = { GET: 200, POST: 201, PATCH: 200 } as const;
const CONFLICT_STATUS = 412;

const callbacks = {
  GET: http.expectedStatuses(OK_STATUS.GET),
  POST: http.expectedStatuses(OK_STATUS.POST),
  PATCH: http.expectedStatuses(OK_STATUS.PATCH, CONFLICT_STATUS),
} as const;

const counterOf: Readonly<Record<ViolationKind, SafetyCounter>> = {
  isolation: 'isolation_violations',
  stale: 'stale_reads',
  corrupt: 'corrupt_bodies',
};

/** @param pop where the user is: it tags the samples of its requests */
export function connect(baseUrl: string, token: string, pop: string, clock: Clock): Target {
  const seen = new VersionMemory(REMEMBERED_DOCUMENTS);
  let bookmark: string | undefined;

  return function call({ operation, method, path, body, ifVersion, expect }) {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (bookmark) headers['x-d1-bookmark'] = bookmark;
    if (body) headers['content-type'] = 'application/json';
    if (ifVersion !== undefined) headers['if-match'] = `"${ifVersion}"`;
    const tags = { op: operation, kind: operationKinds[operation], pop, phase: clock.start() };
    const response = http.request(method, baseUrl + path, body ? JSON.stringify(body) : null, {
      headers,
      // The name replaces the URL in k6's own series: one series per operation, not per document.
      tags: { ...tags, name: operation },
      responseCallback: callbacks[method],
      redirects: 0,
      timeout: TIMEOUT,
    });
    const answerTimeMs = clock.answerTimeMs(response);
    const { status, headers: answered } = response;
    // Opaque, and one user's requests do not overlap: the last one received is the newest (B4).
    bookmark = answered['X-D1-Bookmark'] ?? bookmark;
    // This user has to leave in a phase that has fewer of them, and k6 takes no more samples of it: nothing to log either.
    if (status === 0 && response.error.endsWith('context canceled')) return { outcome: 'failed' };
    const outcome = outcomeOf(status, method);
    const about = `${operation} ${path} ${status}`;
    if (outcome === 'failed') countWithSample('unexpected_status', `${about} ${response.error}`);
    // Without a status nothing came back that could be checked.
    const verified = status === 0 ? undefined : verify(response, outcome === 'ok', expect, seen, about);
    if (verified) count(VERIFIED, verified.documents);
    recordAnswer(answerTimeMs, { ...tags, failed: String(outcome === 'failed') }, answered['Server-Timing']);
    return { outcome, version: verified?.version };
  };
}

function verify(
  response: Response,
  isAnswer: boolean,
  expect: Expected,
  seen: VersionMemory,
  about: string,
): Verified {
  const caching = response.headers['Cache-Control'];
  if (caching !== 'private, no-store') {
    countWithSample('cacheable_responses', `${about} ${caching ?? 'no Cache-Control'}`);
  }
  const verified = verifyBody(
    response,
    isAnswer ? expect : { account: expect.account, shape: 'problem' },
    seen,
  );
  if (verified.violations.length > 0) report(verified.violations, about);
  return verified;
}

function report(violations: readonly Violation[], about: string): void {
  for (const { kind, detail } of violations) countWithSample(counterOf[kind], `${about} ${detail}`);
}

function outcomeOf(status: number, method: Call['method']): Answer['outcome'] {
  if (status === OK_STATUS[method]) return 'ok';
  return method === 'PATCH' && status === CONFLICT_STATUS ? 'conflict' : 'failed';
}
