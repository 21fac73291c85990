import type { HttpResponse } from './answer.ts';

/** More than networks and the whole seconds of a Date header can explain. */
const SKEW_MAX_MS = 30_000;

/**
 * How far the target's clock is ahead of ours (behind: negative), by the Date header (RFC 9110, section 6.6.1);
 * undefined when it sends none.
 */
export function clockSkewMs(
  { headers: { date } }: HttpResponse,
  sentAtMs: number,
  receivedAtMs: number,
): number | undefined {
  const theirsMs = Date.parse(date ?? '');
  return Number.isNaN(theirsMs) ? undefined : theirsMs - (sentAtMs + receivedAtMs) / 2;
}

export function doubtOfClock(skewMs: number | undefined, url: string): string | undefined {
  if (skewMs === undefined || Math.abs(skewMs) <= SKEW_MAX_MS) return undefined;
  return `The clock of ${url} is ${describeSkew(skewMs)}, so nothing that depends on time was shown: set the clock that is wrong.`;
}

export const describeSkew = (skewMs: number): string =>
  `${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine's`;
