import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureUse } from './measure.ts';

const FILE = join(import.meta.dirname, '..', 'operation-use.json');

/** Measures what each operation of the journey costs, and writes it beside the code that bills it. */
export async function writeOperationUse(): Promise<number> {
  writeFileSync(FILE, `${JSON.stringify(await measureUse(), null, 2)}\n`);
  return 0;
}
