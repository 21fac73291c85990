import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CAPACITY } from '../capacity/index.ts';
import { COMPARISON } from '../comparison/index.ts';
import { CONFORMANCE } from '../conformance/index.ts';
import { ReportError } from '../errors.ts';
import { REHEARSAL } from '../rehearsal/index.ts';
import { REMOTE_LOAD } from '../remote-load/index.ts';
import type {
  ComparisonResult,
  ConformanceResult,
  RehearsalResult,
  RemoteLoadResult,
  RunResult,
} from '../schema/index.ts';
import { KINDS } from '../schema/index.ts';
import { parseResult, parseStoredJson } from '../store/index.ts';

export type StoredResult =
  | RunResult
  | ConformanceResult
  | ComparisonResult
  | RehearsalResult
  | RemoteLoadResult;

const OfKind = z.object({ kind: z.enum(KINDS) });

/**
 * Reads the result.json of a run of any kind.
 *
 * @param folder the run's
 * @throws ReportError `run_not_found`, `run_unreadable`, `run_kind`, `run_schema_version` or `run_invalid`
 */
export async function readResult(folder: string): Promise<StoredResult> {
  const file = join(folder, 'result.json');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new ReportError('run_not_found', `There is no ${file}. Name a folder below reports/runs.`, {
      cause,
    });
  });
  const value = parseStoredJson(text, 'result.json');
  const ofKind = OfKind.safeParse(value);
  if (!ofKind.success)
    throw new ReportError('run_kind', 'result.json is of no known kind. ' + 'Run again.', {
      cause: ofKind.error,
    });
  switch (ofKind.data.kind) {
    case 'capacity':
      return parseResult(value, 'result.json', CAPACITY);
    case 'conformance':
      return parseResult(value, 'result.json', CONFORMANCE);
    case 'comparison':
      return parseResult(value, 'result.json', COMPARISON);
    case 'rehearsal':
      return parseResult(value, 'result.json', REHEARSAL);
    case 'remote-load':
      return parseResult(value, 'result.json', REMOTE_LOAD);
  }
}

/** The files that the witnesses of a conformance run name, by path below the run's folder. */
export async function readAttachments(
  folder: string,
  result: StoredResult,
): Promise<Readonly<Record<string, string>>> {
  if (result.kind !== 'conformance') return {};
  const files = result.checks.flatMap(({ broken }) => broken.flatMap(({ witness }) => witness?.files ?? []));
  const texts = await Promise.all(
    files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const),
  );
  return Object.fromEntries(texts);
}
