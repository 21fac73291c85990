import { tmpdir } from 'node:os';
import type { Verb } from '../../reports/command/index.ts';

const benchmark: Verb = {
  name: 'benchmark:seed',
  does: 'Measures how fast accounts are seeded, and how fast others do the same work.',
  help: `Examples:
  shardproof internal benchmark:seed                                      1 GB by everyone, 5 GB by us: some six minutes
  shardproof internal benchmark:seed --size 50MB --skip-full              a first look, about a minute
  shardproof internal benchmark:seed --threads 1 --folder /mnt/fast       on another disk, with one thread that makes rows

Exit codes: 0 every aim met, 1 an aim missed or a contestant failed, 4 nothing was started: usage, disk or memory,
130 stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .option('--size <size>', 'of the account on disk with its indexes, 1MB to 10GB', '1GB')
      .option('--full-size <size>', 'of the account in the full run, 1MB to 10GB', '5GB')
      .option('--skip-full', 'leave the full run out', false)
      .option('--threads <number>', 'that make documents, of ours (default: as seed has it)')
      .option('--folder <folder>', 'in which a temporary folder is made and removed', tmpdir()),
  interrupted: 'nothing that was written is kept',
  brokenExitCode: 1,
  run: async (invocation) => (await import('./benchmark/seed-benchmark.ts')).seedBenchmark(invocation),
};

const build: Verb = {
  name: 'build',
  does: 'Bundles the reference Worker as wrangler would, writes nothing, and says how large it is.',
  help: `Examples:
  shardproof internal build

Exit codes: 0 it bundles, 1 it does not, 4 nothing was started: usage.`,
  run: async () => (await import('./build.ts')).build(),
};

const proveMove: Verb = {
  name: 'prove:move',
  does: 'Moves an account of the real Worker to and fro while people write and D1 fails now and then, and kills the mover.',
  help: `Examples:
  shardproof internal prove:move                          100 moves, some 15 minutes
  shardproof internal prove:move --runs 2 --seed 7

Exit codes: 0 nothing was lost, doubled or read as older than acknowledged, 1 something was, 3 it broke down, 4 nothing was
started: usage.`,
  declare: (program) =>
    program
      .option('--runs <number>', 'moves, one after the other', '100')
      .option('--seed <number>', 'of the first move; those that follow take the seeds that follow', '1'),
  interrupted: 'nothing was proved',
  run: async (invocation) => (await import('./move/prove-move.ts')).proveMove(invocation),
};

export const internalVerbs = [build, benchmark, proveMove];
