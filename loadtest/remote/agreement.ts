import { resolveTxt } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { sendHttp, TransportError } from '../../reference-worker/target/index.ts';
import { badOption } from '../../reports/command/index.ts';
import { LoadTestError } from '../errors.ts';
import { durationSecondsOf, offeredPerSecond, type Scenario } from '../scenarios/index.ts';

/** Where a target says over HTTP that it expects a load. */
export const AGREEMENT_PATH = '/.well-known/shardproof-load';
/** And where in DNS, in front of its host, where the Worker cannot be changed. */
const AGREEMENT_LABEL = '_shardproof-load';

/** As in `requests=200000 until=2026-12-01T18:00:00Z`. */
const AGREEMENT = /^requests=(\d+) until=(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z)$/m;

export interface Agreement {
  readonly requests: number;
  readonly untilMs: number;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** What is on this machine is its user's. */
export function isOnThisMachine(url: string): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) return LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
  return host === 'localhost' || host.endsWith('.localhost');
}

/**
 * How many requests the users of a scenario make at most: each makes one in each think time, and never waits for an answer.
 */
export function mostRequestsOf(scenario: Scenario): number {
  const share = Math.max(...scenario.phases.map((phase) => phase.share));
  return Math.ceil(share * offeredPerSecond(scenario) * durationSecondsOf(scenario));
}

/**
 * Demands that a target expects a load before it gets one: whoever may serve a file under its name, or write into its DNS, says how
 * many requests and until when. And demands that whoever starts the load has said so many, too.
 *
 * @param load how many requests it makes at most, and how long after now it is over at the latest
 * @param budget what --budget was given
 * @throws CommandError `bad_option` for a budget that the load exceeds; LoadTestError `target_not_agreed`
 */
export async function assertAgreed(
  url: string,
  { requests, seconds }: { readonly requests: number; readonly seconds: number },
  budget: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (budget === undefined)
    throw badOption(
      'budget',
      `this load makes up to ${requests} requests, which somebody pays for: say that it may, with --budget ${requests}`,
    );
  if (budget < requests)
    throw badOption(
      'budget',
      `this load makes up to ${requests} requests, and the budget is ${budget}; take fewer --users, a shorter --hold, or a larger budget`,
    );
  if (isOnThisMachine(url)) return;
  const agreement = (await overHttp(url, signal)) ?? (await inDns(new URL(url).hostname));
  const endsAtMs = Date.now() + seconds * 1000;
  if (agreement && agreement.requests >= requests && agreement.untilMs >= endsAtMs) return;
  const said = agreement
    ? `expects up to ${agreement.requests} requests until ${new Date(agreement.untilMs).toISOString()}, and this load makes up to ${requests}`
    : 'does not say that it expects a load';
  throw new LoadTestError(
    'target_not_agreed',
    `${url} ${said}. Let it answer ${AGREEMENT_PATH} with the line "requests=${requests} until=<a time, as 2026-12-01T18:00:00Z>", or put ` +
      `that into a TXT record of ${AGREEMENT_LABEL}.${new URL(url).hostname}. Load only what is yours.`,
  );
}

async function overHttp(url: string, signal: AbortSignal): Promise<Agreement | undefined> {
  try {
    const request = { method: 'GET', path: AGREEMENT_PATH, headers: {} };
    const { status, body } = await sendHttp(url, request, { signal, timeoutMs: 10_000 });
    return status === 200 ? agreementIn(body) : undefined;
  } catch (error) {
    if (error instanceof TransportError && !signal.aborted) return undefined;
    throw error;
  }
}

async function inDns(hostname: string): Promise<Agreement | undefined> {
  // No such name, or nobody to ask: the target has not said anything then, which is what is reported.
  const records = await resolveTxt(`${AGREEMENT_LABEL}.${hostname}`).catch(() => []);
  return records.map((parts) => agreementIn(parts.join(''))).find((found) => found !== undefined);
}

/** @returns undefined for a text that is no agreement */
export function agreementIn(text: string): Agreement | undefined {
  const [, requests, until] = AGREEMENT.exec(text.replaceAll('\r', '')) ?? [];
  return requests === undefined || until === undefined
    ? undefined
    : { requests: Number(requests), untilMs: Date.parse(until) };
}
