import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ReportError } from './errors.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import { RunResult, SCHEMA_VERSION } from './schema.ts';
import { storeFiles } from './store-files.ts';

/**
 * Writes result.json, report.html and summary.md of a run, all or nothing.
 *
 * @param root the project root.
 * @returns the run's folder.
 * @throws ReportError `run-invalid` for a result outside the schema, `run-id`, or `run-exists`.
 */
export async function writeRun(result: RunResult, { root }: { root: string }): Promise<string> {
  const valid = parseRun(result, 'The result of this run');
  const files = {
    'result.json': `${JSON.stringify(valid, null, 2)}\n`,
    'report.html': await renderHtml(valid),
    'summary.md': renderMarkdown(valid),
  };
  return storeFiles(valid.runId, files, root);
}

/**
 * Reads a stored run back.
 *
 * @param folder the run's folder, as `writeRun` returned it.
 * @throws ReportError `run-not-found`, `run-unreadable`, `run-schema-version` or `run-invalid`.
 */
export async function readRun(folder: string): Promise<RunResult> {
  const file = join(folder, 'result.json');
  if (!existsSync(file)) {
    throw new ReportError(
      'run-not-found',
      `There is no run in ${folder}.`,
      'Name a folder below reports/runs.',
    );
  }
  const text = await readFile(file, 'utf8');
  return parseRun(parseJson(text, file), file);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ReportError('run-unreadable', `${file} is not JSON.`, 'Delete the folder and run again.', {
      cause,
    });
  }
}

const Versioned = z.object({ schemaVersion: z.number() });

function parseRun(value: unknown, source: string): RunResult {
  const versioned = Versioned.safeParse(value);
  if (versioned.success && versioned.data.schemaVersion !== SCHEMA_VERSION) {
    throw new ReportError(
      'run-schema-version',
      `${source} has schema version ${versioned.data.schemaVersion}; this version of shardproof reads ${SCHEMA_VERSION}.`,
      'Run again, or read it with the version of shardproof that wrote it.',
    );
  }
  const parsed = RunResult.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ReportError(
    'run-invalid',
    `${source} does not follow the run-result schema:\n${z.prettifyError(parsed.error)}\n`,
    'Nothing was read or written: correct the fields named above, or run again.',
  );
}
