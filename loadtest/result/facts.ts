import type { SystemChoice, Topology } from '../../reference-worker/target/index.ts';
import type { ExchangeRate, RunResult } from '../../reports/schema/index.ts';
import type { TenantsChoice } from '../tenants/index.ts';

/** What a shard held when the run began. */
export interface ShardContent {
  readonly shardId: string;
  readonly manifest: {
    readonly fileBytes: number;
    readonly accounts: readonly {
      readonly plan: { readonly account: string };
      readonly documents: number;
      readonly documentBytes: number;
    }[];
  };
}

export interface RunFacts {
  readonly runId: string;
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly environment: RunResult['environment'];
  /** The name of the system. */
  readonly system: string;
  /** What --system and --config were given. */
  readonly systemGiven: SystemChoice;
  readonly topology: Topology;
  readonly underTest: string;
  readonly kvCache: boolean;
  /** What --latency was given. */
  readonly behaviourGiven: string;
  /** What --objectives was given. */
  readonly objectivesFile: string | undefined;
  /** What --rate was given, and says. */
  readonly rate?: { readonly file: string; readonly rate: ExchangeRate } | undefined;
  readonly generators: number;
  /** What --k6-out was given. */
  readonly k6Outputs: readonly string[];
  readonly dashboard: boolean;
  readonly shards: readonly ShardContent[];
  /** What --tenants and --what-if asked for; undefined: nothing. */
  readonly tenants?: TenantsChoice | undefined;
  /** Whether --predict was given. */
  readonly predicts?: boolean;
  /** What the verdict rests on; null where nothing was modelled. */
  readonly sensitivity: RunResult['sensitivity'];
}
