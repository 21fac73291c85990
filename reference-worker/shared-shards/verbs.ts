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

const move: Verb = {
  name: 'move',
  does: 'Moves an account of shared-shards to another shard while it is being written to, and goes on where it broke off.',
  help: `The account is copied while people write, what changes meanwhile is copied again, and the last of it behind a fence that refuses
writes for as long as that takes; then the route is switched, and the old shard loses the rows.

Examples:
  shardproof up --plan plan.json --state folder                  a platform with both shards, in another terminal
  shardproof move acme --to shard-b --state folder               on that platform
  shardproof move acme --to shard-acme --remote --wrangler wrangler.jsonc
                                                                 on Cloudflare, with CLOUDFLARE_ACCOUNT_ID and
                                                                 CLOUDFLARE_API_TOKEN (D1:Edit) in the environment

Whoever starts \`up\` again says where accounts are: change its plan after a move.

Exit codes: 0 the account is on the new shard and nowhere else, 1 another process has taken the move over, or the copy was not
alike and nothing was switched, 3 it broke down: give the same command again, 4 refused, 130 stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .argument('<account>', 'its id in the account database')
      .option('--to <shard>', 'the id of the shard in the account database')
      .option('--state <folder>', 'of a platform that runs on this machine')
      .option('--remote', 'on Cloudflare', false)
      .option('--wrangler <file>', 'with --remote: the configuration that names the databases')
      .option('--settle <seconds>', 'how long a request may be on its way to the old shard, 1 to 3600', '60'),
  interrupted: 'the same command goes on with the move; until then a fence may refuse writes of the account',
  run: async (invocation) => (await import('./move/command.ts')).move(invocation),
};

const proveMove: Verb = {
  name: 'prove:move',
  does: 'Moves an account of the real Worker to and fro while people write and D1 fails now and then, and kills the process that moves it.',
  help: `Examples:
  shardproof internal prove:move                                 100 moves
  shardproof internal prove:move --runs 2 --seed 7
  shardproof internal prove:move --runs 20 --size 1GB --users 200 --kills 0
                                                                 for how long a large account cannot be written to

Exit codes: 0 nothing was lost, doubled or read as older than acknowledged, 1 something was, 3 it broke down, 4 nothing was
started: usage.`,
  declare: (program) =>
    program
      .option('--runs <number>', 'moves, one after the other', '100')
      .option('--seed <number>', 'of the first move; those that follow take the seeds that follow', '1')
      .option('--users <number>', 'people who write and read all the time', '12')
      .option('--size <size>', 'of the account, as in 1GB', '1MB')
      .option('--kills <number>', 'at most, of each move', '3'),
  interrupted: 'nothing was proved',
  run: async (invocation) => (await import('./move/prove-move.ts')).proveMove(invocation),
};

export const verbs: readonly Verb[] = [move];
export const internalVerbs = [build, benchmark, proveMove];
