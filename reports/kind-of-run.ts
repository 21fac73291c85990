import { existsSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badOption, exitCodeOf, type Leaving, WORKSPACE } from './command/index.ts';
import type { Report } from './document/index.ts';
import { renderConsole, renderHtml, renderMarkdown, terminalOf } from './render/index.ts';
import type { Outcome } from './schema/index.ts';
import {
  appendStepSummary,
  parseResult,
  pointLatest,
  prepareRunsFolder,
  type ResultSchema,
  runFolder,
  storeFiles,
} from './store/index.ts';

/** What a kind of run leaves: a result by its schema, and what a report says of it. */
export interface KindOfRun<Result> extends ResultSchema<Result> {
  /** As in `The result of this run`. */
  readonly named: string;
  readonly reportOf: (result: Result, attachments: StoredTexts) => Report;
  /** What it leaves besides result.json, report.html and summary.md: texts by path below the run's folder. */
  readonly more?: (result: Result) => Promise<StoredTexts>;
}

/** Texts by path below the run's folder. */
export type StoredTexts = Readonly<Record<string, string>>;

interface Stored {
  readonly runId: string;
  readonly verdict: { readonly outcome: Outcome };
}

/**
 * Writes what a run leaves, all or nothing.
 *
 * @param folder where it goes, and is not yet; that of the run below reports/runs unless told otherwise, to which `latest` leads then
 * @param root the project root
 * @param attachments what the result names besides
 * @returns that folder
 * @throws ReportError `run_invalid` for a result outside the schema, `run_id`, or `run_exists`
 */
export async function storeRun<Result extends Stored>(
  kind: KindOfRun<Result>,
  result: Result,
  {
    root,
    folder,
    attachments = {},
  }: { readonly root: string; readonly folder?: string | undefined; readonly attachments?: StoredTexts },
): Promise<string> {
  const valid = parseResult(result, kind.named, kind);
  const report = kind.reportOf(valid, attachments);
  const files = {
    ...attachments,
    ...(await kind.more?.(valid)),
    'result.json': jsonOf(valid),
    'report.html': await renderHtml(report),
    'summary.md': renderMarkdown(report),
  };
  const into = folder ?? runFolder(root, valid.runId);
  await storeFiles(into, files);
  if (folder === undefined) await pointLatest(into);
  return into;
}

const jsonOf = (result: object): string => `${JSON.stringify(result, null, 2)}\n`;

/**
 * Makes sure that a run can be stored where it is wanted, before minutes are spent on it.
 *
 * @throws CommandError `bad_option`; ReportError `runs_folder`; the file system's error
 */
export function prepareToLeave({ out }: Leaving): void {
  if (out === undefined) {
    prepareRunsFolder(WORKSPACE);
    return;
  }
  if (existsSync(out)) throw badOption('out', `${out} is there already; name a folder that is not`);
  mkdirSync(dirname(out), { recursive: true });
}

/** Prints what a run came to: its report, or with --json the result alone. */
export function show<Result extends Stored>(
  kind: KindOfRun<Result>,
  result: Result,
  { out, json, attachments = {} }: Leaving & { readonly attachments?: StoredTexts },
): void {
  if (json) process.stdout.write(jsonOf(result));
  else
    console.log(
      renderConsole(kind.reportOf(result, attachments), { ...terminalOf(process.stdout), folder: out }),
    );
}

/**
 * The end of a verb that leaves a result: it is stored, told to GitHub where that runs the verb, and shown.
 *
 * @returns the exit code of its verdict
 * @throws as storeRun
 */
export async function leave<Result extends Stored>(
  kind: KindOfRun<Result>,
  result: Result,
  leaving: Leaving,
): Promise<number> {
  const folder = await storeRun(kind, result, { root: WORKSPACE, folder: leaving.out });
  await appendStepSummary(await readFile(join(folder, 'summary.md'), 'utf8'), process.env);
  show(kind, result, leaving);
  return exitCodeOf[result.verdict.outcome];
}
