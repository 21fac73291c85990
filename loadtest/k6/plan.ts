import type { Options } from 'k6/options';
import type { Arrivals } from './open-model.ts';
import type { PhaseEnds } from './phases.ts';

/**
 * What the runner tells the k6 script, as one JSON file. This module is pure and shared by both sides, so that
 * they cannot drift apart.
 */
export interface PlanFile {
  readonly users: Plan;
  /** Of this plan alone: load:merge holds what runners have left against it. */
  readonly id: string;
  /** For k6 itself (k6-options.ts): made outside, because every function of the script costs each virtual user memory. */
  readonly options: Options;
}

/** What every virtual user carries with it: kept small, because there are thousands. */
export interface Plan {
  readonly account: string;
  readonly seed: number;
  /** One base URL per PoP, such as `http://oak.localhost:8787`; the script never asks DNS for it. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /** How virtual users spread over the PoPs; the shares sum to 1. */
  readonly popShares: Readonly<Record<string, number>>;
  readonly phases: PhaseEnds;
  /** By phase, of those in which everybody does the same; null where there is none. */
  readonly surges: Readonly<Record<string, 'hottest' | 'writes'>> | null;
  /** The open model's requests at a constant rate; null in the closed model. */
  readonly arrivals: Arrivals | null;
  /** The documents that the virtual users are; null where they are none. */
  readonly people: Ids | null;
  /** Where the headers that show who a virtual user is are in the list beside the plan, as JSON; null where each signs a token. */
  readonly identities: Listed | null;
  /** Whose each user is, where they are of many accounts; null where all are of the one. */
  readonly accounts: Listed | null;
  /** By resource: those that they draw from. */
  readonly drawn: Readonly<Record<string, Ids>>;
  /** The accounts that visitors look at, each a VisitedAccount as JSON; null where nobody does. */
  readonly visited: Listed | null;
  readonly thinkTimeMedianMs: number;
  readonly thinkTimeSigma: number;
  readonly zipfExponent: number;
  /**
   * What people type into the search box, as `title=Min|city=Lon`: taken from documents of the account, so
   * that searches find some. One text, because a list of objects would cost each user ten times the memory.
   */
  readonly searches: string;
  /** Whether every write is told with its document, as where nothing may be left behind. */
  readonly tellsWrites: boolean;
}

/**
 * Texts that follow no rule: so many in the list beside the plan, from a place on. All virtual users of a k6 share that list, because
 * each would need its own otherwise.
 */
export interface Listed {
  readonly from: number;
  readonly count: number;
}

/** One of the accounts that visitors look at: listed, because each virtual user would need them all otherwise. */
export interface VisitedAccount {
  readonly account: string;
  /** The headers by which it is reached. */
  readonly reach: Record<string, string>;
  /** By resource: what visitors draw from. */
  readonly ids: Readonly<Record<string, Ids>>;
}

/** Ids that are one text and a number from 1 on, with so many digits; or listed ones. */
export type Ids = { readonly prefix: string; readonly digits: number; readonly count: number } | Listed;

/**
 * @param index below the count, from 0
 * @param listed what is at a place of the list
 */
export function documentId(ids: Ids, index: number, listed: (at: number) => string): string {
  if ('from' in ids) return listed(ids.from + index);
  // Adding the limit and dropping its leading 1 pads in one step: ids are made for every request.
  return ids.prefix + String(10 ** ids.digits + index + 1).slice(1);
}

/** Where the list beside a plan is. */
export const listFile = (planFile: string): string => `${planFile}.list`;

/** The metric of k6 that counts; its tag `of` is a CounterName, or one of the two below. */
export const TALLY = 'tally';
/** One sample for each body that was verified, with the number of documents in it. */
export const VERIFIED = 'documents_checked';
/** One sample for each process of k6, at the moment at which its load begins. Its value is 0. */
export const BEGUN = 'begun';

/** Counters that must stay at zero. */
export const SAFETY_COUNTERS = [
  'isolation_violations',
  'stale_reads',
  'corrupt_bodies',
  'cacheable_responses',
] as const;

/** Counters that are reported. */
export const EVIDENCE_COUNTERS = ['edit_conflicts', 'unexpected_status', 'edge_refusals'] as const;

export type SafetyCounter = (typeof SAFETY_COUNTERS)[number];
export type CounterName = SafetyCounter | (typeof EVIDENCE_COUNTERS)[number];

/**
 * Whether a URL leads to this machine. There connecting costs next to nothing, and each request needs a connection of its own
 * (noConnectionReuse in k6-options.ts), so that it is no part of an answer time; anywhere else users wait for it. Without a
 * regular expression, because the first of them costs each virtual user tens of kilobytes.
 */
export function isLocal(url: string): boolean {
  const host = url.slice(url.indexOf('//') + 2);
  if (host.startsWith('[::1]')) return true;
  const end = host.indexOf('/');
  const named = end < 0 ? host : host.slice(0, end);
  const port = named.indexOf(':');
  const name = port < 0 ? named : named.slice(0, port);
  return name === '127.0.0.1' || name === 'localhost' || name.endsWith('.localhost');
}
