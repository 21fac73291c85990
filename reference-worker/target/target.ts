import type { Administration } from './administration.ts';
import type { HttpRequest, HttpResponse } from './answer.ts';
import type { LocalPlatform, Signing } from './deployment.ts';
import type { Need } from './needs.ts';
import type { Batch, Write } from './operation.ts';
import type { System } from './system/index.ts';
import type { Role, TestAccount } from './test-account.ts';
import type { SendOptions } from './transport.ts';

/** What a run is pointed at: the local platform in one of its two environments, or URLs. */
export interface Target {
  /** `real-time`: no lag. `simulated-time`: replicas lag, and time stands still until it is stepped. */
  readonly environment: 'real-time' | 'simulated-time' | 'remote';
  readonly system: System;
  readonly accounts: readonly TestAccount[];
  /** Names of the places that requests can enter at; the first is used unless a check says otherwise. */
  readonly pops: readonly string[];
  /** By account and resource: the id of a document that is there for others to name; see `existingId` and `existingKey`. */
  readonly existing?: Map<string, string>;
  /** How the ids of this run begin, where the documents of other runs may be; absent where everything is fresh. */
  readonly idPrefix?: string;
  /** Why a need cannot be met; undefined when it can. */
  lacks(need: Need): string | undefined;
  /**
   * One exchange over a real socket, without a step of the clock.
   *
   * @throws TransportError when no whole response came within the time limit
   */
  send(url: string, request: HttpRequest, options?: SendOptions): Promise<HttpResponse>;
  /** Waits for work; on a clock that stands still it steps time while anything waits for it. */
  settle<Result>(work: Promise<Result>): Promise<Result>;
  /**
   * Told of every write before it is sent, where what a run writes has to be removed after it.
   *
   * @returns what to call when it certainly did not happen
   */
  readonly willWrite?: (account: TestAccount, operation: Write | Batch) => () => void;
  /** The local platform behind the target, for checks with `operator`, `faults` or `lag`. */
  readonly platform?: LocalPlatform;
}

export const existingKey = (account: string, resource: string): string => `${account} ${resource}`;

/** @throws Error when the target has no such account: the check did not name its needs */
export function accountOf(target: Target, role: Role): TestAccount {
  const account = target.accounts.find((each) => each.role === role);
  if (!account)
    throw new Error(`the target has no account in the role ${role}: name it among the check's needs`);
  return account;
}

/** @throws Error when the target is not local: the check did not name its needs */
export function platformOf({ platform }: Target): LocalPlatform {
  if (!platform)
    throw new Error(
      "the target is not the local platform: name operator, faults or lag in the check's needs",
    );
  return platform;
}

/** @throws Error when tokens cannot be signed here: the check did not name its needs */
export function signingOf({ platform }: Target): Signing {
  if (!platform?.signing) throw new Error("tokens cannot be signed here: name signing in the check's needs");
  return platform.signing;
}

/** @throws Error where nobody administers it: the check did not name `operator` among its needs */
export function administrationOf({ platform }: Target): Administration {
  if (!platform?.administration)
    throw new Error("nobody administers this Worker: name operator in the check's needs");
  return platform.administration;
}

/** The shard of the account whose guarantees are tested. @throws Error when the target is not local */
export const shardOfSubject = (target: Target): string =>
  platformOf(target).shardOf(accountOf(target, 'subject').id);
