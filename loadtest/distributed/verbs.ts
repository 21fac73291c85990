import { withSystem } from '../../reference-worker/target/options.ts';
import type { Verb } from '../../reports/command/index.ts';
import { SCENARIO_NAMES } from '../scenarios/names.ts';

const distribute: Verb = {
  name: 'distribute',
  does: 'Prepares one load of a deployed Worker for several machines, or runs it on a Kubernetes cluster, and judges it.',
  help: `Examples:
  shardproof distribute --target https://acme.example.com --runners 3 --budget 70000 --load load --leave-documents
                                                     a folder to copy to three machines, and what to start there
  shardproof distribute --target https://acme.example.com --runners 8 --budget 70000 --load load --kubeconfig ~/.kube/config
                                                     the same on a cluster with k6-operator, with a verdict

The target must expect the load: it answers /.well-known/shardproof-load with "requests=70000 until=2026-12-01T18:00:00Z", or has
that in a TXT record of _shardproof-load in front of its host. Its documents must be there (shardproof seed http). Users who sign
their own tokens take JWT_SECRET from the environment, and on a cluster from the key jwt-secret of --secret.

Exit codes: 0 PASS, or prepared; 1 FAIL, 2 INCONCLUSIVE, 3 VOID, 4 nothing was started: usage or a missing prerequisite.`,
  declare: (program) =>
    withSystem(program)
      .requiredOption('--target <url>', 'where the account answers')
      .requiredOption('--runners <number>', 'machines, 1 to 64')
      .requiredOption('--load <folder>', 'where the load goes; it must not be there yet')
      .option('--scenario <name>', SCENARIO_NAMES.filter((name) => name !== 'step').join(', '), 'steady')
      .option('--users <number>', 'virtual users at once, of all machines together')
      .option('--size <size>', 'size of the account, as it was seeded')
      .option('--hold <seconds>', 'how long each phase that counts lasts')
      .option('--seed <number>', 'as it was seeded')
      .option('--objectives <file>', 'a JSON file with other objectives than the system has')
      .option('--account <name>', 'whose users they are (default: the account under test of the system)')
      .option(
        '--budget <requests>',
        'how many requests the load may make at the target: whoever pays for them says so here',
      )
      .option('--leave-documents', 'what the users write stays there; without a cluster it does', false)
      .option('--kubeconfig <file>', 'a cluster with k6-operator; kubectl must be there')
      .option('--namespace <name>', 'of the cluster', 'default')
      .option('--secret <name>', 'of the namespace: its key jwt-secret signs tokens', 'shardproof')
      .option('--start-in <seconds>', 'how long the cluster gets to start all runners', '180'),
  leavesResult: true,
  interrupted: 'what was put into the cluster is taken out again',
  run: async (invocation) => (await import('./distribute.ts')).distribute(invocation),
};

const runner: Verb = {
  name: 'load:runner',
  does: "Does one machine's part of a load that distribute has prepared, and leaves a result of some kilobytes.",
  help: `Examples:
  shardproof load:runner --load load --segment 2/8 --start-at 2026-12-01T09:00:00Z --out part-2.txt
  shardproof load:runner --load load --segment 1/1 > part-1.txt        a single machine

Users who sign their own tokens take JWT_SECRET from the environment.

Exit codes: 0 k6 went on to its end: load:merge judges; 3 it did not, which the result says, too; 4 nothing was started: usage or
a missing prerequisite.`,
  declare: (program) =>
    program
      .requiredOption('--load <folder>', 'what distribute has written')
      .requiredOption('--segment <part>', 'which part of how many, as in 2/8')
      .option('--start-at <time>', 'when all parts begin, as in 2026-12-01T09:00:00Z (default: at once)')
      .option('--out <file>', 'where the result goes (default: standard output)'),
  interrupted: 'no result is written',
  run: async (invocation) => (await import('./runner.ts')).runPart(invocation),
};

const merge: Verb = {
  name: 'load:merge',
  does: 'Puts the results of several runners together, as one generator would have seen the run, and judges it.',
  help: `Examples:
  shardproof load:merge --load load part-*.txt
  shardproof load:merge --load load logs/*.log             results in the logs of containers

Exit codes: 0 PASS, 1 FAIL, 2 INCONCLUSIVE, 3 VOID: a part is missing, doubled, late or starved, for example; 4 refused: usage, or
a file that is no result of this load.`,
  declare: (program) =>
    program
      .argument('<files...>', 'a result of each runner, or the log that it stands in')
      .requiredOption('--load <folder>', 'what distribute has written'),
  leavesResult: true,
  run: async (invocation) => (await import('./merge.ts')).merge(invocation),
};

export const verbs = [distribute, runner, merge];
