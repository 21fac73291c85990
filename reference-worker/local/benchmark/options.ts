import { Option } from 'commander';
import { fromCaller, programOf } from '../../../reports/command/index.ts';
import { PARTS, type Part } from './part.ts';

export interface BenchmarkOptions {
  readonly parts: readonly Part[];
  /** For `replica-memory`; the largest data set unless named. */
  readonly file: string | undefined;
}

const HELP = `Parts:
  throughput      point reads, updates and KV gets by 32 connections: our platform and miniflare in turns (needs wrk)
  virtual-time    24 hours of lag and faults with 100,000 operations, twice with the same seed
  replica-memory  memory and disk of two lagging replicas of a data set (its aims are meant for 5 GB)
  isolation       point reads on one database while another one runs slow queries (needs wrk)

Examples:
  npm run benchmark:plane                          everything: some five minutes
  npm run benchmark:plane -- --only throughput     that part alone

Exit codes: 0 every aim met, 1 an aim not met or a part failed, 4 nothing was started: usage, wrk, data set or disk,
130 stopped by Ctrl-C.`;

/**
 * Reads the command line of `npm run benchmark:plane`.
 *
 * @param argv the arguments alone, without node and the script
 * @throws CommanderError for what is no option or part, and for --help (its exitCode is 0 then), which has been
 *   printed
 */
export function readOptions(argv: readonly string[]): BenchmarkOptions {
  const { only, file } = programOf({
    name: 'benchmark:plane',
    does: 'Measures the local data plane against its aims, and against miniflare in the same run.',
    help: HELP,
  })
    .addOption(new Option('--only <part>', 'one part instead of all').choices(PARTS))
    .option('--file <shard.sqlite>', 'for replica-memory (default: the largest in .shardproof/seeds)')
    .parse([...argv], { from: 'user' })
    .opts<{ only?: Part; file?: string }>();
  return { parts: only ? [only] : PARTS, file: file === undefined ? undefined : fromCaller(file) };
}
