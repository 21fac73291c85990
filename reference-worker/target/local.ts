import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POPS, whileStepping } from '../local/index.ts';
import { laggingBehaviour } from './lagging-behaviour.ts';
import { type Capability, lackOf } from './needs.ts';
import type { System } from './system/index.ts';
import type { Target } from './target.ts';
import { sendHttp } from './transport.ts';
import { deployOf } from './worker-deployment.ts';

export interface LocalOptions {
  readonly system: System;
  readonly environment: 'real-time' | 'simulated-time';
  readonly seed: number;
  /** Source of a Worker that is bound as the system's own is, instead of that one. */
  readonly entry?: string | undefined;
}

export interface StartedTarget {
  readonly target: Target;
  /** What has shown itself of the target, beyond what its deployment says: checks that need it are then run. */
  offer(capability: Offered): void;
  /** Ends its processes and removes its files. May be called again. */
  stop(): Promise<void>;
}

type Offered = Exclude<Capability, 'another-account'>;

/** What the checks of a run plan: those of `routing/cold-isolate`, once more when it is tried again. */
const COLD_STARTS = { EDI: 2 } as const;

/** Starts a Worker on the local platform. @throws PlatformError, SystemError, after which nothing is left */
export async function startLocal({ system, environment, seed, entry }: LocalOptions): Promise<StartedTarget> {
  const stateDir = mkdtempSync(join(tmpdir(), 'shardproof-conformance-'));
  const remove = (): void => rmSync(stateDir, { recursive: true, force: true });
  // Replicas in both: a Worker must be right when somebody switches read replication on.
  const realTime = { seed, readReplication: 'auto', coldStarts: COLD_STARTS, rows: 'sampled' } as const;
  const behaviour = environment === 'real-time' ? realTime : laggingBehaviour(seed);
  try {
    const { platform, accounts, local, capabilities } = await deployOf(system)({
      ...{ environment, stateDir, behaviour, entry },
    });
    const offered: Offered[] = [...capabilities, ...(environment === 'real-time' ? [] : (['lag'] as const))];
    const offer = { capabilities: offered, accounts, system };
    const target: Target = {
      environment,
      system,
      accounts,
      existing: new Map(),
      pops: POPS,
      lacks: (need) => lackOf(need, offer),
      send: sendHttp,
      settle: (work) => (environment === 'real-time' ? work : whileStepping(platform.control, work)),
      platform: { platform, ...local },
    };
    return {
      target,
      offer: (capability) => void offered.push(capability),
      stop: () => platform.stop().finally(remove),
    };
  } catch (error) {
    remove();
    throw error;
  }
}
