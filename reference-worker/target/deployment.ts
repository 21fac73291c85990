import type { BehaviourInput, Platform, Pop } from '../local/index.ts';
import type { Administration } from './administration.ts';
import type { TestAccount } from './test-account.ts';

/** How tokens of the accounts are signed. */
export interface Signing {
  /** That of the HMAC with which JSON Web Tokens are signed (HS256, RFC 7519). */
  readonly secret: string;
  /** A token as the identity provider gives it. @param ttlSeconds from now, whole; negative for one that has expired */
  tokenOf(account: string, ttlSeconds: number): Promise<string>;
}

export interface LocalPlatform {
  readonly platform: Platform;
  /** Absent for a Worker of your own. */
  readonly signing?: Signing;
  /** What `operator` stands for among the capabilities; absent without. */
  readonly administration?: Administration;
  /** The shard of each account, and the deployments' URLs by PoP. */
  readonly shardOf: (accountId: string) => string;
  readonly deployments: Readonly<Record<string, Readonly<Record<Pop, string>>>>;
}

/** A Worker that runs on the local platform, with accounts to test it with. */
export interface Running {
  readonly platform: Platform;
  readonly accounts: readonly TestAccount[];
  readonly local: Omit<LocalPlatform, 'platform'>;
  /** What it offers in both environments. */
  readonly capabilities: readonly ('operator' | 'faults' | 'kv' | 'signing')[];
}

export interface DeployOptions {
  readonly environment: 'real-time' | 'simulated-time';
  /** Holds databases, logs and configuration. */
  readonly stateDir: string;
  readonly behaviour: BehaviourInput;
  /** Source of another Worker that is bound as the system's own is. */
  readonly entry?: string | undefined;
}

/** Starts a Worker; which accounts and shards there are may depend on the environment. */
export type Deploy = (options: DeployOptions) => Promise<Running>;
