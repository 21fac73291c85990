import {
  absent,
  BOOKMARK,
  BOOKMARK_ANSWERED,
  BOOKMARK_COOKIE,
  ERROR,
  identify,
  NEVER_STORED,
  OPERATION_HEADER,
  PROBLEMS,
  REDIRECTS,
  SESSIONS,
} from 'shardproof:journey';
import http, { type Response } from 'k6/http';
import type { AnswerClock } from './clock.ts';
import { type SafetyCounter, VERIFIED } from './plan.ts';
import { count, countWithSample, recordAnswer } from './recorded.ts';
import type { Call, CallAnswer, SendCall } from './session.ts';
import type { Expected } from './shapes.ts';
import { isNeverStored, type Verified, type Violation, type ViolationKind, verifyBody } from './verify.ts';
import { VersionMemory } from './versions.ts';

/** Of those that were ever edited; 4,000 users' memories must fit into k6. */
const REMEMBERED_DOCUMENTS = 64;
/** After this long an answer that has not come counts as a failure; k6-options.ts lets every request wait for it. */
const TIMEOUT = '30s';
const OK_STATUS = 200;
/** A write may say that it has created something, or nothing at all. */
const WRITTEN = { min: OK_STATUS, max: 204 } as const;
/** Of a redirect. */
const ELSEWHERE = { min: 301, max: 308 } as const;
const CONFLICT_STATUS = 412;
/** It answers under names that end so, and takes the header away before the Worker sees the request. */
const LOCAL_PLATFORM = /^http:\/\/(?:[^/]*\.)?localhost[:/]/;
const ABSENT_STATUS = 404;
const RATE_LIMITED = 429;

const callbacks = {
  read: http.expectedStatuses(OK_STATUS),
  write: REDIRECTS ? http.expectedStatuses(WRITTEN, ELSEWHERE) : http.expectedStatuses(WRITTEN),
  conditional: http.expectedStatuses(WRITTEN, CONFLICT_STATUS),
} as const;

const counterOf: Readonly<Record<ViolationKind, SafetyCounter>> = {
  isolation: 'isolation_violations',
  stale: 'stale_reads',
  corrupt: 'corrupt_bodies',
};

/**
 * @param pop where the user is: it tags the samples of its requests, unless the answer says otherwise
 * @param tellsWrites whether the sample of a write names its document, for whoever has to clean up after the load
 */
export function connect(
  baseUrl: string,
  token: string,
  pop: string,
  clock: AnswerClock,
  tellsWrites: boolean,
): SendCall {
  const seen = SESSIONS ? new VersionMemory(REMEMBERED_DOCUMENTS) : undefined;
  // Somebody else's Worker would see it.
  const isNamed = OPERATION_HEADER !== '' && LOCAL_PLATFORM.test(baseUrl);
  let bookmark: string | undefined;

  return function call(asked) {
    const { operation, kind, method, path, body, contentType, ifMatch, reach, expect } = asked;
    const headers = reach ?? identify(token);
    if (bookmark && !reach) {
      if (BOOKMARK_COOKIE)
        headers.cookie = `${headers.cookie ? `${headers.cookie}; ` : ''}${BOOKMARK_COOKIE}=${bookmark}`;
      else headers[BOOKMARK] = bookmark;
    }
    if (isNamed) headers[OPERATION_HEADER] = operation;
    if (contentType) headers['content-type'] = contentType;
    if (ifMatch) headers['if-match'] = ifMatch;
    const tags = { op: operation, kind, pop, phase: clock.start() };
    const response = http.request(method, baseUrl + path, sent(body), {
      headers,
      // The name replaces the URL in k6's own series: one series per operation, not per document.
      tags: { ...tags, name: operation },
      responseCallback: callbacks[ifMatch ? 'conditional' : kind],
      redirects: 0,
      timeout: TIMEOUT,
    });
    const answerTimeMs = clock.answerTimeMs(response);
    const { status, headers: answered } = response;
    // Which PoP of Cloudflare answered is behind the last hyphen of its Ray ID (developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id).
    const ray = answered['Cf-Ray'];
    if (ray) tags.pop = ray.slice(ray.lastIndexOf('-') + 1);
    if (status === RATE_LIMITED && isEdge(response)) count('edge_refusals');
    // Opaque, and one user's requests do not overlap: the last one received is the newest (B4).
    if (BOOKMARK && !reach) bookmark = answered[BOOKMARK_ANSWERED] ?? bookmark;
    if (BOOKMARK_COOKIE && !reach) bookmark = response.cookies[BOOKMARK_COOKIE]?.[0]?.value ?? bookmark;
    // This user has to leave in a phase that has fewer of them, and k6 takes no more samples of it: nothing to log either.
    if (status === 0 && response.error.endsWith('context canceled')) return { outcome: 'failed' };
    // The id of the document that it leads to; empty where that is the list.
    const redirected = REDIRECTS ? redirectedIn(response, asked.redirectsTo) : undefined;
    const error = ERROR && status === OK_STATUS ? response.json(ERROR) : undefined;
    const outcome =
      redirected !== undefined
        ? 'ok'
        : error !== undefined
          ? 'failed'
          : outcomeOf(status, kind, ifMatch !== undefined);
    const isAbsent =
      status === ABSENT_STATUS || (error !== undefined && absent?.test(String(error)) === true);
    const about = `${operation} ${path} ${status}`;
    if (isAbsent && expect.shape === 'document' && expect.written?.mustExist)
      countWithSample('stale_reads', `${about} was written by this user`);
    if (outcome === 'failed') countWithSample('unexpected_status', `${about} ${response.error}`);
    // Without a status nothing came back that could be checked.
    const told: Expected = redirected === undefined ? expect : { account: expect.account, shape: 'any' };
    const verified = status === 0 ? undefined : verify(response, outcome === 'ok', told, seen, about);
    if (verified) count(VERIFIED, verified.documents);
    // One whose answer was lost may have happened.
    const wrote =
      tellsWrites && kind === 'write' && (outcome === 'ok' || status === 0) && 'resource' in expect
        ? `${expect.resource}/${verified?.id ?? ('id' in expect ? expect.id : '')}`
        : undefined;
    const failed = String(outcome === 'failed');
    recordAnswer(answerTimeMs, { ...tags, failed }, answered['Server-Timing'], wrote);
    return {
      outcome,
      id: redirected || verified?.id,
      version: verified?.version,
      shown: typeof verified?.shown === 'string' ? verified.shown : undefined,
    };
  };
}

/**
 * Whether it is Cloudflare's own rate limit that refused, before the Worker was asked: error 1015, as text or as a page
 * (developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/error-1015).
 */
function isEdge({ body }: Response): boolean {
  const text = String(body);
  return text.includes('error code: 1015') || text.includes('Error 1015');
}

const sent = (body: Call['body']): string | null =>
  typeof body === 'object' ? JSON.stringify(body) : (body ?? null);

/**
 * Where a redirect leads: to the list, to a document below it, or elsewhere, as to a page to sign in.
 *
 * @returns the id of the document, empty for the list; undefined for anything else
 */
function redirectedIn({ status, headers }: Response, list: string | undefined): string | undefined {
  const { Location: location } = headers;
  if (list === undefined || location === undefined || status < ELSEWHERE.min || status > ELSEWHERE.max)
    return undefined;
  const host = location.indexOf('://');
  const path = host < 0 ? location : location.slice(location.indexOf('/', host + 3));
  if (path === list) return '';
  return path.startsWith(`${list}/`) ? decodeURIComponent(path.slice(list.length + 1)) : undefined;
}

function verify(
  response: Response,
  isAnswer: boolean,
  expect: Expected,
  seen: VersionMemory | undefined,
  about: string,
): Verified {
  const caching = response.headers['Cache-Control'];
  // What anybody may look at is promised nothing of.
  const isView = expect.shape === 'view';
  if (NEVER_STORED && !isView && !isNeverStored(caching)) {
    countWithSample('cacheable_responses', `${about} ${caching ?? 'no Cache-Control'}`);
  }
  const verified = verifyBody(
    response,
    isAnswer ? expect : { account: expect.account, shape: PROBLEMS && !isView ? 'problem' : 'any' },
    seen,
  );
  if (verified.violations.length > 0) report(verified.violations, about);
  return verified;
}

function report(violations: readonly Violation[], about: string): void {
  for (const { kind, detail } of violations) countWithSample(counterOf[kind], `${about} ${detail}`);
}

function outcomeOf(status: number, kind: Call['kind'], isConditional: boolean): CallAnswer['outcome'] {
  if (status === OK_STATUS || (kind === 'write' && status > OK_STATUS && status <= WRITTEN.max)) return 'ok';
  return isConditional && status === CONFLICT_STATUS ? 'conflict' : 'failed';
}
