import type { Verb } from '../reports/command/index.ts';
import { internalVerbs as ofCalibration } from './calibration/verbs.ts';

const proveKnee: Verb = {
  name: 'prove:knee',
  does: 'Counts how often the bracket of the knee holds the truth.',
  help: `Examples:
  shardproof internal prove:knee
  shardproof internal prove:knee --runs 1000 --seed 42

Exit codes: 0 the bracket holds the truth in at least 95 % of the runs on every target; 1 it does not; 4 a usage error.`,
  declare: (program) =>
    program
      .option('--runs <count>', 'simulated ladders on each target, from 100', '200')
      .option('--seed <number>', 'of the first run; those that follow take the seeds that follow', '1'),
  run: async (invocation) => (await import('./knee/prove-coverage.ts')).proveCoverage(invocation),
};

const tenantsSchema: Verb = {
  name: 'tenants:schema',
  does: 'Writes loadtest/tenants/tenants.schema.json, which editors check tenants files against.',
  help: `Examples:
  shardproof internal tenants:schema

Exit codes: 0 written, 3 it broke down, 4 nothing was started: usage.`,
  run: async () => (await import('./tenants/write-schema.ts')).writeSchema(),
};

const aggregatorBenchmark: Verb = {
  name: 'benchmark:aggregator',
  does: 'Measures how many samples of k6 a second one core aggregates, beside JSON.parse of every line in the same run.',
  help: `Examples:
  shardproof internal benchmark:aggregator            under a minute

Exit codes: 0 the aim is met, 1 it is not, 3 it broke down, 4 nothing was started: usage or a missing k6, 130 stopped by
Ctrl-C.`,
  interrupted: 'nothing was measured',
  run: async ({ signal }) => (await import('./benchmark/aggregator.ts')).aggregatorBenchmark(signal),
};

const rowsBenchmark: Verb = {
  name: 'benchmark:rows',
  does: 'Measures what counting rows costs a load in throughput: the same users with it and without it, in interleaved blocks.',
  help: `Examples:
  shardproof internal benchmark:rows            under ten minutes

Exit codes: 0 it costs at most 3 %, 1 more, 2 the blocks do not tell, 3 it broke down, 4 nothing was started: usage or a missing
k6, 130 stopped by Ctrl-C.`,
  interrupted: 'nothing was measured',
  run: async ({ signal }) => (await import('./benchmark/rows.ts')).rowsBenchmark(signal),
};

const verificationBenchmark: Verb = {
  name: 'benchmark:verification',
  does: 'Measures what verifying every body costs the generator: the same requests at one rate, with and without it.',
  help: `Examples:
  shardproof internal benchmark:verification            under ten minutes

Exit codes: 0 every aim is met, 1 one is not, 3 it broke down, 4 nothing was started: usage or a missing k6, 130 stopped by
Ctrl-C.`,
  interrupted: 'nothing was measured',
  run: async ({ signal }) => (await import('./benchmark/verification.ts')).verificationBenchmark(signal),
};

const leakBenchmark: Verb = {
  name: 'benchmark:leak',
  does:
    'Lets real k6 drive a target that leaks in five responses of all, 1 in 100,000 unless there are fewer, and counts the ' +
    'leaks that were found.',
  help: `Examples:
  shardproof internal benchmark:leak                                     about half an hour
  shardproof internal benchmark:leak --responses 20000 --runs 1          half a minute

Exit codes: 0 every run found a leak, 1 one found none, 3 it broke down, 4 nothing was started: usage or a missing k6, 130
stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .option(
        '--responses <number>',
        'with documents, in each run; fewer of them leak more often, so that five leaks are expected',
        '500000',
      )
      .option('--runs <number>', 'one after the other', '3'),
  interrupted: 'nothing was found out',
  run: async (invocation) => (await import('./benchmark/leak.ts')).leakBenchmark(invocation),
};

export const internalVerbs = [
  proveKnee,
  tenantsSchema,
  aggregatorBenchmark,
  rowsBenchmark,
  verificationBenchmark,
  leakBenchmark,
  ...ofCalibration,
];
