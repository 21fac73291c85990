import { Option } from 'commander';
import type { Verb } from './command/index.ts';
import { KINDS } from './schema/kinds.ts';

const report: Verb = {
  name: 'report',
  does: 'Shows the runs that are stored below reports/runs.',
  help: `Examples:
  shardproof report --list                          what is stored, the newest first
  shardproof report --list --kind capacity --last 5
  shardproof report --trend                         one page: the same question over time
  shardproof report --diff <run> <run>              the operations that read or write more rows in the second capacity
                                                     run than in the first, the statement and the index that it lost

Exit codes: 0 done, 1 --diff found an operation whose rows grew, 4 usage, or no such run is stored.`,
  declare: (program) =>
    program
      .option('--list', 'print them, the newest first', false)
      .option('--trend', 'write reports/runs/trend.html', false)
      .option(
        '--diff <run...>',
        'hold the rows of two stored capacity runs against each other, the older one first',
      )
      .addOption(new Option('--kind <kind>', 'only runs of this kind').choices(KINDS))
      .option('--last <number>', 'only the newest of them'),
  run: async (invocation) => (await import('./report.ts')).report(invocation),
};

const samples: Verb = {
  name: 'samples',
  does: "Replaces reports/sample by the newest stored run of each kind, and the README's picture by one of the newest ladder.",
  help: `Examples:
  shardproof internal samples

Exit codes: 0 written, 3 it broke down, 4 usage, or no run or no Chromium to take a picture of.`,
  run: async () => (await import('./sample/write.ts')).writeSamples(),
};

const schemas: Verb = {
  name: 'result:schemas',
  does: 'Writes reports/schema/<kind>.schema.json, the JSON Schema of each kind of result.',
  help: `Examples:
  shardproof internal result:schemas

Exit codes: 0 written, 3 it broke down, 4 nothing was started: usage.`,
  run: async () => (await import('./schema-files.ts')).writeSchemas(),
};

export const verbs = [report];
export const internalVerbs = [samples, schemas];
