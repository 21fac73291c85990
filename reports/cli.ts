import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ReportError } from './errors.ts';
import { listOf, readHistory, renderTrend, type Selection } from './history/index.ts';
import { runCommand } from './run-command.ts';
import { RUNS_FOLDER } from './run-folder.ts';
import { KINDS } from './stored-result.ts';

const ROOT = join(import.meta.dirname, '..');
const TREND_FILE = 'trend.html';

const HELP = `
Examples:
  npm run report -- --list                          what is stored, the newest first
  npm run report -- --list --kind capacity --last 5
  npm run report -- --trend                         one page: the same question over time

Exit codes: 0 done, 4 usage.`;

interface Flags extends Selection {
  readonly list: boolean;
  readonly trend: boolean;
}

/** `npm run report`: what the stored runs came to. @returns the exit code */
async function report(argv: readonly string[]): Promise<number> {
  const { list, trend, ...selection } = readFlags(argv);
  const history = await readHistory(ROOT);
  if (list) console.log(listOf(history, selection, { colour: process.stdout.hasColors?.() ?? false }));
  if (trend) {
    const page = await renderTrend(history, selection);
    await mkdir(join(ROOT, RUNS_FOLDER), { recursive: true });
    await writeFile(join(ROOT, RUNS_FOLDER, TREND_FILE), page);
    console.log(`./${RUNS_FOLDER}/${TREND_FILE}`);
  }
  return 0;
}

function readFlags(argv: readonly string[]): Flags {
  const flags = new Command('report')
    .description('Shows the runs that are stored below reports/runs.')
    .option('--list', 'print them, the newest first', false)
    .option('--trend', `write reports/runs/${TREND_FILE}`, false)
    .addOption(new Option('--kind <kind>', 'only runs of this kind').choices(KINDS))
    .option('--last <number>', 'only the newest of them', wholeNumber)
    .addHelpText('after', HELP)
    .exitOverride()
    .parse([...argv], { from: 'user' })
    .opts<Flags>();
  if (flags.list || flags.trend) return flags;
  throw new ReportError('bad-option', 'Nothing was asked for.', 'Add --list or --trend; see --help.');
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('must be a whole number above 0.');
  return Number(text);
}

await runCommand(() => report(process.argv.slice(2)), { known: [ReportError] });
