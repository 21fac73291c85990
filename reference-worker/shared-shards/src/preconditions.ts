import type { Mutation, Precondition } from './mutations.ts';
import { Problem } from './problem.ts';

const VERSION_TAG = /^"([1-9]\d{0,14})"$/;

/**
 * Reads the precondition of a write (RFC 9110, section 13.1): If-Match with one version or `*`,
 * If-None-Match with `*` for a PUT that must create.
 *
 * @throws Problem `invalid_precondition`: a precondition that cannot be honoured is never ignored
 */
export function writePrecondition(
  op: Mutation['op'],
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): Precondition {
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    throw new Problem('invalid_precondition', 'Send If-Match or If-None-Match, not both.');
  if (ifNoneMatch !== undefined) {
    if (op === 'put' && ifNoneMatch.trim() === '*') return { kind: 'vacant' };
    throw new Problem('invalid_precondition', 'Only PUT takes If-None-Match, and only with *.');
  }
  if (ifMatch === undefined) return { kind: 'none' };
  if (ifMatch.trim() === '*') return { kind: 'live' };
  const version = VERSION_TAG.exec(ifMatch.trim())?.[1];
  if (!version)
    throw new Problem('invalid_precondition', `If-Match must be one quoted version or *, not ${ifMatch}.`);
  return { kind: 'version', version: Number(version) };
}

/**
 * Evaluates the preconditions of a read in RFC 9110's order (section 13.2.2): If-Match compares strongly,
 * If-None-Match weakly, because a proxy may weaken a tag on its way.
 */
export function readPrecondition(
  version: number,
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): 'send' | 'not-modified' | 'failed' {
  if (ifMatch !== undefined && !names(ifMatch, version, false)) return 'failed';
  return ifNoneMatch !== undefined && names(ifNoneMatch, version, true) ? 'not-modified' : 'send';
}

function names(tags: string, version: number, weakly: boolean): boolean {
  return tags.split(',').some((tag) => {
    const text = weakly ? tag.trim().replace(/^W\//, '') : tag.trim();
    return text === '*' || text === `"${version}"`;
  });
}
