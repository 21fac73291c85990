import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  ComparisonResult,
  ConformanceResult,
  type KINDS,
  RehearsalResult,
  RemoteLoadResult,
  RunResult,
} from './schema/index.ts';

const SCHEMA_OF: Readonly<Record<(typeof KINDS)[number], z.ZodType>> = {
  capacity: RunResult,
  conformance: ConformanceResult,
  comparison: ComparisonResult,
  rehearsal: RehearsalResult,
  'remote-load': RemoteLoadResult,
};

/** What is published of each kind, by its file below reports/schema. */
export const schemaFiles = (): ReadonlyMap<string, object> =>
  new Map(
    Object.entries(SCHEMA_OF).map(([kind, schema]) => [
      `${kind}.schema.json`,
      { title: `result.json of a ${kind} run of shardproof`, ...z.toJSONSchema(schema, { reused: 'ref' }) },
    ]),
  );

/** `npm run format` gives them their form. */
export function writeSchemas(): number {
  for (const [name, schema] of schemaFiles())
    writeFileSync(join(import.meta.dirname, 'schema', name), `${JSON.stringify(schema, null, 2)}\n`);
  return 0;
}
