import { z } from 'zod';
import type { RecordedHistory, RecordedOperation } from '../history.ts';

const Version = z.int().min(0);

const Seen = z.strictObject({
  key: z.string(),
  version: Version,
  value: z.string().optional(),
  from: z.string().optional(),
});

const Effect = z.strictObject({
  kind: z.enum(['create', 'put', 'patch', 'delete']),
  key: z.string(),
  value: z.string(),
  expected: Version.optional(),
  version: Version.optional(),
});

const invocation = { session: z.string(), pop: z.string(), invoked: z.number(), completed: z.number() };

const Line = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('write'),
    ...invocation,
    outcome: z.enum(['ok', 'failed', 'unknown']),
    effects: z.array(Effect),
  }),
  z.strictObject({
    kind: z.literal('read'),
    ...invocation,
    seen: z.array(Seen),
    strong: z.boolean().optional(),
  }),
]);

/** A history as JSON lines: one operation a line, as in history.ts. */
export const toJsonLines = ({ operations }: RecordedHistory): string =>
  operations.map((operation) => `${JSON.stringify(operation)}\n`).join('');

/** @throws Error that names the first line which is no operation */
export function fromJsonLines(text: string): RecordedHistory {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return { operations: lines.map((line, index): RecordedOperation => operationIn(line, index + 1)) };
}

function operationIn(line: string, number: number): RecordedOperation {
  try {
    return Line.parse(JSON.parse(line));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error;
    throw new Error(`line ${number} is no operation: ${reason}`, { cause: error });
  }
}
