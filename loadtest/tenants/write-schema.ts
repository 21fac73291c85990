import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tenantsSchema } from './tenants-file.ts';

/** Where the schema is published: in the package, and beside the example. */
export const SCHEMA_FILE = join(import.meta.dirname, 'tenants.schema.json');

/** As `npm run format` would have it. */
export function writeSchema(): number {
  writeFileSync(SCHEMA_FILE, `${JSON.stringify(tenantsSchema(), null, 2)}\n`);
  return 0;
}
