import { z } from 'zod';
import { type Asked, type HttpResponse, parsedJson } from '../../../reference-worker/target/index.ts';

/**
 * Whether a request was refused as the client's mistake, and not because the server failed (RFC 9110, sections 15.5 and 15.6). A
 * Worker may refuse with a status that is no error, where its description knows it.
 */
export const isMistake = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' && response.status < 500;

/** Whether who asked was refused (RFC 9110, sections 15.5.2 and 15.5.4). */
export const isLockedOut = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' && [401, 403].includes(response.status);

/** Whether a request was refused for now: what it needs does not answer (RFC 9110, section 15.6.4). */
export const isRefusedForNow = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' && response.status === 503;

const PROBLEM = 'application/problem+json';
const Problem = z.record(z.string(), z.unknown());

/** What an error lacks of a whole problem document (RFC 9457), as the rest of a sentence; undefined when nothing. */
export function lackOfProblem({ status, headers, body }: HttpResponse): string | undefined {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim();
  if (type !== PROBLEM) return `its type is ${type || 'not given'}`;
  const problem = Problem.safeParse(parsedJson(body)).data;
  if (!problem) return 'its content is no JSON object';
  if (problem.status !== status) return `it says status ${problem.status} in a response with ${status}`;
  const texts = ['type', 'title', 'code', 'next'].filter((member) => typeof problem[member] !== 'string');
  if (texts.length > 0) return `it has no ${texts.join(', ')}`;
  return typeof problem.definite === 'boolean' ? undefined : 'it does not say whether it is definite';
}
