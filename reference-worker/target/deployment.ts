import type { PlaneInput, Platform } from '../local/index.ts';
import type { Capability } from './needs.ts';
import type { LocalPlatform, TestAccount } from './target.ts';

/** A Worker that runs on the local platform, with accounts to test it with. */
export interface Running {
  readonly platform: Platform;
  readonly accounts: readonly TestAccount[];
  readonly local: Omit<LocalPlatform, 'platform'>;
  /** What it offers in both environments. */
  readonly capabilities: readonly Exclude<Capability, 'another-account' | 'lag'>[];
}

/** Starts a Worker; which accounts and shards there are may depend on the environment. */
export type Deployment = (options: {
  readonly environment: 'real-time' | 'simulated-time';
  readonly stateDir: string;
  readonly plane: PlaneInput;
}) => Promise<Running>;
