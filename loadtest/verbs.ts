import {
  withPlatform,
  withReadReplication,
  withSystem,
  withTopology,
} from '../reference-worker/target/options.ts';
import type { Verb } from '../reports/command/index.ts';
import { verbs as calibration } from './calibration/verbs.ts';
import { BLOCK_USERS, BUDGET_USD, EFFECT, NEIGHBOUR_NAMES } from './compare/defaults.ts';
import { verbs as distributed } from './distributed/verbs.ts';
import { SCENARIO_NAMES } from './scenarios/names.ts';

const capacity: Verb = {
  name: 'capacity',
  does: 'Seeds an account, drives virtual users against the local platform, verifies every body, decides.',
  help: `Examples:
  shardproof capacity                                4,000 users on a shared shard with 5 GB, about four minutes
  shardproof capacity --scenario smoke               50 users, under 45 s, for CI
  shardproof capacity --scenario office-day          a UK working day in eight minutes
  shardproof capacity --scenario peak-rate           the rate of 4,000 users, whatever came back
  shardproof capacity --scenario step                the largest load that is sustained, in ten minutes
  shardproof capacity --scenario soak --hold 14400   four hours
  shardproof capacity --system content-sites --scenario readers
                                                     4,000 visitors of 10,000 accounts
  shardproof capacity --topology dedicated --kv      on a shard and a Worker of its own, with the KV cache
  shardproof capacity --users 1000 --size 1GB        fewer users, more documents
  shardproof capacity --latency uk-eu                with the network to Europe and D1's service time
  shardproof capacity --latency uk-eu --read-replication auto
                                                     and with replicas, which lag: where yours are switched on
  shardproof capacity --latency behaviour.json       as the file says, planned faults included; see the help of up
  shardproof capacity --scenario step --latency uk-eu --slow-motion 4
                                                     a ladder on a machine that is too slow for it, in forty minutes
  shardproof capacity --scenario step --latency uk-eu --predict
                                                     and beside each rung what the queue model had predicted
  shardproof capacity --objectives slo.json          held to {"operations": {"open-client": {"p95Ms": 80}},
                                                     "total": {"p95Ms": 150, "p99Ms": 600}, "failureBudget": 0.01,
                                                     "longestStallMs": 1000}
  shardproof capacity --rate pounds.json             the bill in pounds too, by {"perUsd": 0.76, "date": "2026-11-27",
                                                     "source": "Bank of England"}; "currency": "EUR" makes it euros
  shardproof capacity --max-rows-per-operation 100   FAIL when a request of any operation reads more rows of D1, as for
                                                     want of an index
  shardproof capacity --scenario smoke --hold 60 --baseline latest --fail-on regression
                                                     a gate in CI: FAIL when it is slower, or reads more rows, than the newest
                                                     run that passed and asked the same; INCONCLUSIVE when that is not told
  shardproof capacity --tenants tenants.json         the tenants of that file, all at work at their busiest moment:
                                                     does the measured one fit beside the others, and until when?
  shardproof capacity --tenants tenants.json --what-if northwind=shard-eu-2
                                                     the same with a tenant on another shard of the file
  shardproof capacity --config shardproof.config.ts  your Worker, as described there, with its own journey and documents
  shardproof capacity --target https://acme.example.com --budget 70000
                                                     a deployed Worker, which must expect it (help of distribute), and whose
                                                     documents are there; what the users write is taken back after the load
  shardproof capacity --generators 2 --dashboard     two k6 processes, and k6's web dashboard while they run
  shardproof capacity --k6-out opentelemetry         further outputs of k6, such as experimental-prometheus-rw; several
                                                     generators number the file of json=FILE and csv=FILE

Exit codes: 0 PASS, 1 FAIL, 2 INCONCLUSIVE, 3 VOID, 4 nothing was started: usage or a missing prerequisite.`,
  declare: (program) =>
    withPlatform(withTopology(withSystem(program)))
      .option('--scenario <name>', SCENARIO_NAMES.join(', '), 'steady')
      .option('--users <number>', 'virtual users at once, 1 to 20000')
      .option('--size <size>', 'size of the account, as in 256MB or 5GB')
      .option('--hold <seconds>', 'how long each phase that counts lasts, from 5')
      .option(
        '--slow-motion <factor>',
        'users and all that is modelled run so many times as slow, 1 to 16, where this machine is too slow for the load',
      )
      .option('--seed <number>', 'same seed, same documents and same decisions of the users')
      .option('--objectives <file>', 'a JSON file with other objectives than the scenario has')
      .option('--rate <file>', 'a JSON file with an exchange rate: the bill is told in that currency too')
      .option(
        '--max-rows-per-operation <number>',
        'how many rows of D1 a request of any operation may read on average',
      )
      .option(
        '--baseline <run>',
        'a stored capacity run that this one is held against, by its folder below reports/runs, or latest',
      )
      .option(
        '--predict',
        'what the queue model alone expects beside what was measured, phase by phase',
        false,
      )
      .option('--fail-on <finding>', 'regression: the verdict is also by what --baseline comes to')
      .option('--tenants <file>', 'a JSON file with tenants by name: size, growth, users, day and shard')
      .option(
        '--what-if <tenant=shard>',
        'a tenant of the file on another shard; may be repeated',
        (move, others: readonly string[]) => [...others, move],
        [],
      )
      .option(
        '--target <url>',
        'a Worker that runs somewhere, where the account answers: nothing is started then but the load',
      )
      .option(
        '--account <name>',
        'with --target: whose users they are (default: the account under test of the system)',
      )
      .option('--budget <requests>', 'with --target: how many requests the load may make there')
      .option('--leave-documents', 'with --target: what the users write stays there')
      .option('--generators <number>', 'k6 processes that share the load, 1 to 16', '1')
      .option('--dashboard', "serve k6's web dashboard on 127.0.0.1 during the run", false)
      .option(
        '--k6-out <output>',
        'a further output of k6, as its --out takes it; may be repeated',
        (output, others: readonly string[]) => [...others, output],
        [],
      ),
  leavesResult: true,
  interrupted: 'no result is written',
  run: async (invocation) => (await import('./capacity.ts')).capacity(invocation),
};

const compare: Verb = {
  name: 'compare',
  does:
    'Runs the same account and load on a shared shard, beside a noisy neighbour, and on a Worker and D1 of its own, in ' +
    'interleaved blocks, and decides where it belongs; or compares two deployed Workers, or two stored capacity runs.',
  help: `Examples:
  shardproof compare                            shared, shared beside the tenants at work, dedicated; some 20 minutes
  shardproof compare --neighbour write-storm    beside a neighbour that saturates any primary
  shardproof compare --size 2GB --users 300     more documents, more users
  shardproof compare --budget 0                 move only where it costs nothing more
  shardproof compare --config shardproof.config.ts
                                                your Worker, as described there
  shardproof compare --control                  the shared placement against itself: it must find no difference
  shardproof compare --entry src/changed.ts     the Worker as it is against the same from another source file
  shardproof compare --target https://one.example.com --target https://other.example.com --budget 60000
                                                two deployed Workers, each of which must expect it (help of distribute) and has the
                                                documents; what the users write is taken back after each block
  shardproof compare --baseline 2026-11-21T120000000Z-steady --candidate 2026-11-21T130000000Z-steady
                                                two stored capacity runs; exit code 1 when the second is slower

Exit codes: 0 the comparison is sound and decides (or no regression), 1 a guarantee was broken, or a regression,
2 INCONCLUSIVE: too little was seen to decide, 3 VOID, 4 nothing was started or the runs cannot be compared. What the
decision is has no exit code.`,
  // Without defaults: only what was given, so that what does not belong together is seen.
  declare: (program) =>
    withReadReplication(withSystem(program))
      .option('--neighbour <name>', `${NEIGHBOUR_NAMES.join(', ')} (default: tenants)`)
      .option('--users <number>', `virtual users at once (default: ${BLOCK_USERS})`)
      .option('--size <size>', 'size of the account, as in 256MB or 5GB (default: 256MB)')
      .option('--hold <seconds>', 'how long each block counts, 5 to 600 (default: 20)')
      .option('--seed <number>', 'same seed, same documents and same decisions of the users')
      .option(
        '--latency <name|file>',
        'how D1 behaves: instant, uk-eu, pessimistic or a JSON file (default: uk-eu)',
      )
      .option(
        '--effect <share>',
        `the change of a figure to be seen in 8 of 10 comparisons; under it two are alike (default: ${EFFECT})`,
      )
      .option('--pairs <number>', 'blocks of each treatment, even (default: as many as --effect needs)')
      .option(
        '--budget <usd>',
        `what a dedicated placement may cost more a month (default: ${BUDGET_USD}); with --target: how many requests each may get`,
      )
      .option('--control', 'compare the shared placement with itself')
      .option('--entry <file>', 'compare the Worker as it is with another source of it, bound as it is')
      .option(
        '--target <url>',
        'a Worker that runs somewhere, where the account answers; given twice',
        (url, others: readonly string[] = []) => [...others, url],
      )
      .option('--account <name>', 'with --target: whose users they are')
      .option('--leave-documents', 'with --target: what the users write stays there')
      .option('--baseline <run>', 'a stored capacity run, by its folder below reports/runs')
      .option('--candidate <run>', 'the stored capacity run that is held against it'),
  leavesResult: true,
  interrupted: 'no result is written',
  run: async (invocation) => (await import('./compare.ts')).compare(invocation),
};

const feasibility: Verb = {
  name: 'feasibility',
  does: 'Holds the promises of a description against each other, by arithmetic and a simulated week, before any load.',
  help: `Examples:
  shardproof feasibility --system synced-settings          can every document be as fresh as promised, within the call budget?
  shardproof feasibility --config shardproof.config.ts     your description, by its part "copies"

Exit codes: 0 the promises agree, 1 they contradict each other: what would change that is printed, 4 usage, or a description
without copies.`,
  declare: (program) =>
    withSystem(program).option('--seed <number>', 'decides who looks at what in the simulation', '1'),
  run: async (invocation) => (await import('./feasibility.ts')).feasibility(invocation),
};

const rehearse: Verb = {
  name: 'rehearse',
  does:
    "Rehearses a migration, or a backup, restore and erasure, of a tenant's database at full size, with D1's limits enforced and people " +
    'at work: how long it takes, what it costs, what they see, and what works instead where D1 would end it.',
  help: `Examples:
  shardproof rehearse --migration 0002_index.sql                 on 5 GB, which are generated once
  shardproof rehearse --migration 0002_index.sql --size 500MB    a first look
  shardproof rehearse --backup --system single-tenant            export, restore into a new database, erase
  shardproof rehearse --migration 0002_index.sql --tenants 200   and what that comes to for 200 tenants of this size
  shardproof rehearse --config shardproof.config.ts --migration migrations/0004_vat.sql
                                                                 of your Worker, as described there

Exit codes: 0 PASS, 1 FAIL: D1 would end or refuse it, 2 INCONCLUSIVE: too near to D1's limit to tell from this machine,
3 VOID, 4 nothing was started: usage or a missing prerequisite.`,
  declare: (program) =>
    withTopology(withSystem(program))
      .option('--migration <file>', 'SQL that wrangler would apply as one migration')
      .option('--backup', 'instead: a backup, a restore from it and an erasure', false)
      .option('--size <size>', 'size of the tenant, as in 500MB (default: 5GB)')
      .option('--tenants <number>', 'how many tenants it is to be done for, one after the other', '1'),
  leavesResult: true,
  interrupted: 'no result is written',
  run: async (invocation) => (await import('./rehearse/rehearse.ts')).rehearse(invocation),
};

const predict: Verb = {
  name: 'predict',
  does: 'Predicts by the queue model alone how busy shards are, what answers take, and when they are full: nothing is started.',
  help: `Examples:
  shardproof predict                                 4,000 users on a shard alone, within seconds
  shardproof predict --tenants tenants.json          the tenants of that file at their busiest moment; with "measured": "all"
                                                     every shard of it, thousands of them in a minute
  shardproof predict --tenants tenants.json --what-if northwind=shard-eu-2
                                                     what a move buys
  shardproof predict --users 9000 --latency pessimistic
  shardproof predict --users 9000 --read-replication auto
                                                     with replicas near their users

Exit codes: 0 the model keeps every objective, 1 it misses one, 3 it broke down, 4 nothing was started: usage. A prediction is no
verdict: capacity measures.`,
  declare: (program) =>
    withReadReplication(withSystem(program))
      .option('--tenants <file>', 'a JSON file with tenants by name: size, growth, users, day and shard')
      .option(
        '--what-if <tenant=shard>',
        'a tenant of the file on another shard; may be repeated',
        (move, others: readonly string[]) => [...others, move],
        [],
      )
      .option('--users <number>', 'at work, without a file, 1 to 1000000', '4000')
      .option('--size <size>', 'of the account, without a file, as in 256MB or 5GB', '5GB')
      .option('--latency <name|file>', 'how D1 behaves: uk-eu, pessimistic or a JSON file', 'uk-eu')
      .option('--seed <number>', 'same seed, same prediction', '1'),
  run: async (invocation) => (await import('./prediction/predict.ts')).predict(invocation),
};

const visits: Verb = {
  name: 'visits',
  does: 'Plays visitors at the pace of a real day, in virtual time, and says what each view takes of D1 and KV.',
  help: `Examples:
  shardproof visits --system content-sites                       10,000 views of a day over 100 accounts, in some minutes
  shardproof visits --system content-sites --accounts 10000 --per-day 1000000 --hours 1
                                                                 an hour of a hundred times as many

Exit codes: 0 every view was of its account, 1 one failed or showed what is another's, 2 nothing that was shown says whose it is,
4 nothing was started: usage or a missing prerequisite.`,
  declare: (program) =>
    withSystem(program)
      .option('--accounts <number>', 'that are looked at, 1 to 20000', '100')
      .option('--documents <number>', 'of each of them, 1 to 10000', '50')
      .option('--per-day <number>', 'views, 1 to 10000000', '10000')
      .option('--hours <number>', 'of the day, 1 to 168', '24')
      .option('--seed <number>', 'same seed, same visitors', '1'),
  interrupted: 'nothing is told of them',
  run: async (invocation) => (await import('./visits/visits.ts')).visits(invocation),
};

export const verbs = [
  capacity,
  compare,
  predict,
  visits,
  feasibility,
  rehearse,
  ...calibration,
  ...distributed,
];
