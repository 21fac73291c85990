import { z } from 'zod';
import { ReportError } from '../errors.ts';

/** A schema of results, and the only version of it that is read. */
export interface ResultSchema<Result> {
  readonly schema: z.ZodType<Result>;
  readonly version: number;
}

const Versioned = z.object({ schemaVersion: z.number() });

/**
 * @param source for the error: a file, or words for a result that is not stored yet
 * @throws ReportError `run_schema_version` or `run_invalid`
 */
export function parseResult<Result>(
  value: unknown,
  source: string,
  { schema, version }: ResultSchema<Result>,
): Result {
  const versioned = Versioned.safeParse(value);
  if (versioned.success && versioned.data.schemaVersion !== version) {
    throw new ReportError(
      'run_schema_version',
      `${source} has schema version ${versioned.data.schemaVersion}; this version of shardproof reads ${version}. ` +
        'Run again, or read it with the version of shardproof that wrote it.',
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ReportError(
    'run_invalid',
    `${source} does not follow its schema:\n${z.prettifyError(parsed.error)}\n` +
      'Nothing was read or written: correct the fields named above, or run again.',
  );
}

/** @throws ReportError `run_unreadable` */
export function parseStoredJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ReportError('run_unreadable', `${file} is not JSON. Delete the folder and run again.`, {
      cause,
    });
  }
}
