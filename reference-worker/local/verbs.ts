import { Option } from 'commander';
import type { Verb } from '../../reports/command/index.ts';
import { PARTS } from './benchmark/part.ts';

const platformBenchmark: Verb = {
  name: 'benchmark:platform',
  does: 'Measures the local data plane against its aims, and against miniflare in the same run.',
  help: `Parts:
  throughput      point reads, updates and KV gets by 32 connections: our platform and miniflare in turns (needs wrk)
  start-up        from nothing to the first answer: our platform and miniflare in turns
  virtual-time    24 hours of lag and faults with 100,000 operations, twice with the same seed
  replica-memory  memory and disk of two lagging replicas of a data set (its aims are meant for 5 GB)
  isolation       point reads on one database while another one runs slow queries (needs wrk)

Examples:
  shardproof internal benchmark:platform                       everything: some five minutes
  shardproof internal benchmark:platform --only throughput     that part alone

Exit codes: 0 every aim met, 1 an aim not met or a part failed, 4 nothing was started: usage, wrk, data set or disk,
130 stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .addOption(new Option('--only <part>', 'one part instead of all').choices(PARTS))
      .option('--file <shard.sqlite>', 'for replica-memory (default: the largest in .shardproof/seeds)'),
  interrupted: 'nothing that was written is kept',
  brokenExitCode: 1,
  run: async (invocation) =>
    (await import('./benchmark/platform-benchmark.ts')).platformBenchmark(invocation),
};

export const internalVerbs = [platformBenchmark];
