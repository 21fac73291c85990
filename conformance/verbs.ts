import { withSystem } from '../reference-worker/target/options.ts';
import type { Verb } from '../reports/command/index.ts';
import { IS_INSTALLED } from '../reports/command/workspace.ts';

const conformance: Verb = {
  name: 'conformance',
  does: 'Checks isolation, consistency, cache safety and more; decides; shows the smallest failure.',
  help: `Examples:
  shardproof conformance                                 every check, on the reference Worker
  shardproof conformance --only isolation --only cache   some areas
  shardproof conformance --only cache/delete-then-read   one check
  shardproof conformance --list                          what there is
  shardproof conformance --runs 200 --effort fast        200 runs with other random programs each
  shardproof conformance --entry src/index.ts            your Worker, bound as the reference Worker is
  shardproof conformance --config shardproof.config.ts   your Worker with bindings and a dialect of its own, as described
                                                         there; found by itself in this folder and above
  shardproof conformance --target https://documents.example --tokens tokens.json
                                                         whatever answers there; nothing is known of it but tokens

A tokens file, where each token may also be {"tokenEnv": "NAME OF A VARIABLE"}, and where an account may have a "url" of
its own, or one for each PoP, as in {"LHR": "https://..."}:
  {"subject": {"account": "oak", "token": "..."}, "neighbour": {"account": "ash", "token": "..."}}
The neighbour is on the subject's shard; "elsewhere" is on another one, "dedicated" on a deployment of its own.

Exit codes: 0 PASS, 1 FAIL, 2 INCONCLUSIVE, 3 VOID, 4 nothing was started: usage, 130 interrupted.`,
  declare: (program) =>
    withSystem(program)
      .option(
        '--only <check or area>',
        'may be repeated',
        (name, others: readonly string[]) => [...others, name],
        [],
      )
      .option('--seed <number>', 'of everything that is drawn', '1')
      .option('--effort <fast|full>', 'how many cases are drawn', 'full')
      .option('--path <path>', 'goes straight to a failure, as it was printed')
      .option(
        '--runs <number>',
        'consecutive runs on fresh platforms with the next seeds, until one does not pass',
        '1',
      )
      .option('--entry <file>', 'source of another Worker that is bound as that of the system is')
      .option('--mutation <id>', 'the Worker of the system with a mutation')
      .option('--target <url>', 'a Worker that runs somewhere')
      .option('--tokens <file>', 'JSON: the accounts of --target and their tokens')
      .option(
        '--leave-documents',
        'writes to a --target that cannot delete, and leaves what was written',
        false,
      )
      .option('--list', 'prints the checks', false),
  leavesResult: true,
  interrupted: 'no result is written',
  run: async (invocation) => (await import('./conformance.ts')).conformance(invocation),
};

const init: Verb = {
  name: 'init',
  does: 'Describes the Worker in this folder for all other verbs, asks it once, and says what can be judged.',
  help: `Examples:
  shardproof init                                     the Worker of the wrangler configuration that lies here
  shardproof init --wrangler apps/api/wrangler.jsonc  one that lies elsewhere
  shardproof init --env staging                       with the bindings of an environment

Looks at the wrangler configuration, at what the migrations make, and at the routes: of an OpenAPI document, or of the sources. Writes
shardproof.config.ts, in which TODO marks what a person must decide. Never writes over one that is there.

Exit codes: 0 written, and the Worker answers as described; 1 written, and something must be mended in it; 4 nothing was
written: usage, no wrangler configuration, a description that is there already, or a Worker that cannot be described.`,
  declare: (program) =>
    program
      .option(
        '--wrangler <file>',
        'the wrangler configuration (default: wrangler.jsonc, .json or .toml in this folder)',
      )
      .option('--env <name>', 'the environment in it'),
  interrupted: 'what was written stays, and was not tried',
  run: async (invocation) => (await import('./init.ts')).init(invocation),
};

/** Mutants are made of the repository's sources and kept in it: whoever has installed the package is not told of them. */
const SYSTEMATIC_EXAMPLES = IS_INSTALLED
  ? ''
  : `  shardproof selftest --systematic                  every mutant that a machine makes; goes on where it was interrupted
  shardproof selftest --systematic --sample 100     as many of them, others each day
  shardproof selftest --systematic --minutes 4      as many of those as there is time for
  shardproof selftest --systematic --only sql       those of one operator or file, or one mutant
`;

const selftest: Verb = {
  name: 'selftest',
  does: 'Proves the checks: builds a Worker for each mutation and demands that the check which it names catches it.',
  help: `Examples:
  shardproof selftest                               every mutation against the check that it names
  shardproof selftest --first                       and which check a user would meet first; writes KILL-TABLE.md
  shardproof selftest --only cache                  the mutations and checks of one area
  shardproof selftest --only isolation/foreign-cursor
  shardproof selftest --system single-tenant        the mutations of another reference system
  shardproof selftest --seed 7                      other random programs
${SYSTEMATIC_EXAMPLES}
Exit codes: 0 every check has caught its mutations, or 95 % of the mutants are killed (of a sample: so many that it may be so), 1
they are not, 3 VOID (the reference Worker is not all green, or the sentinel is not caught), 4 nothing was started: usage.`,
  declare: (program) => {
    const only = IS_INSTALLED ? '' : '; with --systematic a file, operator or mutant';
    program
      .option('--system <name>', 'a reference system (default: shared-shards)')
      .option('--only <part>', `an area, check or mutation${only}`)
      .option('--first', 'also run the checks before the named one, up to the first that fails', false)
      .option('--seed <number>', 'of everything that the checks draw', '1');
    if (IS_INSTALLED) return program;
    return program
      .option('--systematic', 'mutants that a machine makes, instead of the mutations', false)
      .option('--sample <number>', 'with --systematic: how many of them, drawn anew each day')
      .option('--minutes <number>', 'with --systematic: ends after so long, and judges what was run');
  },
  interrupted: 'KILL-TABLE.md is as it was',
  run: async (invocation) => (await import('./selftest.ts')).selftest(invocation),
};

const pages: Verb = {
  name: 'conformance:pages',
  does: 'Writes conformance/CHECKS.md: what each check claims, and what it needs.',
  help: `Examples:
  shardproof internal conformance:pages

Exit codes: 0 written, 3 it broke down, 4 nothing was started: usage, or a page that may not be written.`,
  run: async () => (await import('./reference-page/write.ts')).writeReferencePage(),
};

const guarantees: Verb = {
  name: 'guarantees',
  does: 'Finds out which guarantees D1 and KV keep in which session mode, and writes GUARANTEES.md.',
  help: `Examples:
  shardproof internal guarantees

Exit codes: 0 written, 3 it broke down, 4 nothing was started: usage, 130 stopped by Ctrl-C.`,
  interrupted: 'GUARANTEES.md is as it was',
  run: async ({ signal }) => (await import('./guarantees/write-guarantees.ts')).writeGuarantees(signal),
};

const proveChecker: Verb = {
  name: 'prove:checker',
  does: 'Compares every checker with its definition, decided by trying everything.',
  help: `Examples:
  shardproof internal prove:checker
  shardproof internal prove:checker --histories 2000000 --seed 42

Exit codes: 0 they agree, and each guarantee is broken often enough; 1 they do not, or it is not; 4 a usage error; 130 stopped
by Ctrl-C.`,
  declare: (program) =>
    program
      .option('--histories <count>', 'how many, rounded up to a multiple of 500', '200000')
      .option('--seed <number>', 'of the first histories; those that follow take the seeds that follow', '1'),
  interrupted: 'nothing is proven',
  run: async (invocation) => (await import('./history/oracle/prove-checker.ts')).proveChecker(invocation),
};

const proveAlarms: Verb = {
  name: 'prove:alarms',
  does: 'Draws Workers that keep what they promise, and demands that conformance accuses none of them.',
  help: `Each Worker is described through defineSystem and promises what it keeps. First come as few as have every two ways of
being right together, then drawn ones. An accused one is shrunk.

Examples:
  shardproof internal prove:alarms
  shardproof internal prove:alarms --draws 1000 --seed 42

Exit codes: 0 none is accused, 1 one is: its switches and the checks are printed, 4 a usage error, 130 stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .option('--draws <count>', 'how many, beside those of the covering array', '200')
      .option('--seed <number>', 'of everything that is drawn', '1'),
  interrupted: 'nothing is proven',
  run: async (invocation) => (await import('./testing/drawn-worker/prove-alarms.ts')).proveAlarms(invocation),
};

const proveVerdicts: Verb = {
  name: 'prove:verdicts',
  does: 'Runs every check on the right Worker with many seeds, and counts what is not passed.',
  help: `With each seed the accounts have other names and the resources another order, and it is seen from the other account with every
second one. What is not passed is printed with its seed, which --seed repeats with --seeds 1.

Examples:
  shardproof internal prove:verdicts
  shardproof internal prove:verdicts --seeds 1 --seed 42
  shardproof internal prove:verdicts --system synced-settings

Exit codes: 0 everything is passed with every seed, 1 it is not, 4 a usage error, 130 stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .option('--system <name>', 'a reference system (default: shared-shards)')
      .option('--seeds <count>', 'how many', '200')
      .option('--seed <number>', 'the first one', '1')
      .option('--effort <effort>', 'fast or full', 'fast'),
  interrupted: 'nothing is proven',
  run: async (invocation) => (await import('./selftest/index.ts')).proveVerdicts(invocation),
};

const historyBenchmark: Verb = {
  name: 'benchmark:history',
  does: 'Measures the history checkers beside a bare pass over the same columns.',
  help: `Draws a history that breaks nothing, so that no checker stops early, and checks all five guarantees of sessions on it: read
your writes, monotonic reads, monotonic writes, writes follow reads, causal order. Times are the processor's: other
processes on the machine do not lengthen them.

Examples:
  shardproof internal benchmark:history
  shardproof internal benchmark:history --operations 1000000 --sessions 64 --keys 100

Exit codes: 0 every aim met, 1 an aim not met, 4 a usage error, 130 stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .option('--operations <count>', 'from 1,000 to 100,000,000', '10000000')
      .option('--sessions <count>', 'sessions at once', '1000')
      .option('--keys <count>', 'documents', '100000')
      .option('--seed <number>', 'of everything that is drawn', '1'),
  interrupted: 'nothing was measured',
  run: async (invocation) => (await import('./history/benchmark/benchmark.ts')).historyBenchmark(invocation),
};

const stalenessBenchmark: Verb = {
  name: 'benchmark:staleness',
  does: 'Measures the checker of bounded staleness.',
  help: `Draws writes, and looks that are as old as they may be, so that the checker has to decide each. Times are the processor's.

Examples:
  shardproof internal benchmark:staleness
  shardproof internal benchmark:staleness --operations 10000000 --keys 100

Exit codes: 0 the aim met, 1 not met, 4 a usage error, 130 stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .option('--operations <count>', 'from 1,000 to 20,000,000', '2000000')
      .option('--keys <count>', 'documents', '10000')
      .option('--seed <number>', 'of everything that is drawn', '1'),
  interrupted: 'nothing was measured',
  run: async (invocation) =>
    (await import('./history/benchmark/staleness-benchmark.ts')).stalenessBenchmark(invocation),
};

export const verbs = [init, conformance, selftest];
export const internalVerbs = [
  pages,
  guarantees,
  proveChecker,
  proveVerdicts,
  proveAlarms,
  historyBenchmark,
  stalenessBenchmark,
];
