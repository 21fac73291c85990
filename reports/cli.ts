import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Option } from 'commander';
import { z } from 'zod';
import { programOf, readFlags, runCommand, wholeNumber } from './command/index.ts';
import { ReportError } from './errors.ts';
import { listOf, readHistory, renderTrend } from './history/index.ts';
import { RUNS_FOLDER } from './run-folder.ts';
import { KINDS } from './stored-result.ts';

const ROOT = join(import.meta.dirname, '..');
const TREND_FILE = 'trend.html';

const HELP = `Examples:
  npm run report -- --list                          what is stored, the newest first
  npm run report -- --list --kind capacity --last 5
  npm run report -- --trend                         one page: the same question over time

Exit codes: 0 done, 4 usage, or no such run is stored.`;

const Flags = z.strictObject({
  list: z.boolean(),
  trend: z.boolean(),
  kind: z.enum(KINDS).optional(),
  last: wholeNumber(1).optional(),
});

/** `npm run report`: what the stored runs came to. @returns the exit code */
async function report(argv: readonly string[]): Promise<number> {
  const { list, trend, ...selection } = readSelection(argv);
  const history = await readHistory(ROOT);
  if (selection.kind !== undefined && !history.entries.some(({ kind }) => kind === selection.kind))
    throw new ReportError(
      'no-such-run',
      `No ${selection.kind} run is stored.`,
      `npm run ${selection.kind === 'comparison' ? 'compare' : selection.kind} makes one; --list without --kind shows what there is.`,
    );
  if (list) console.log(listOf(history, selection, { colour: process.stdout.hasColors?.() ?? false }));
  if (trend) {
    const page = await renderTrend(history, selection);
    await mkdir(join(ROOT, RUNS_FOLDER), { recursive: true });
    await writeFile(join(ROOT, RUNS_FOLDER, TREND_FILE), page);
    console.log(`./${RUNS_FOLDER}/${TREND_FILE}`);
  }
  return 0;
}

function readSelection(argv: readonly string[]): z.infer<typeof Flags> {
  const program = programOf({
    name: 'report',
    does: 'Shows the runs that are stored below reports/runs.',
    help: HELP,
  })
    .option('--list', 'print them, the newest first', false)
    .option('--trend', `write reports/runs/${TREND_FILE}`, false)
    .addOption(new Option('--kind <kind>', 'only runs of this kind').choices(KINDS))
    .option('--last <number>', 'only the newest of them');
  const flags = readFlags(program, argv, Flags);
  if (flags.list || flags.trend) return flags;
  throw new ReportError('bad-option', 'Nothing was asked for.', 'Add --list or --trend; see --help.');
}

await runCommand(() => report(process.argv.slice(2)), { known: [ReportError] });
