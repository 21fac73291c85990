import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureUse } from './measure.ts';

const file = join(import.meta.dirname, 'operation-use.json');
writeFileSync(file, `${JSON.stringify(await measureUse(), null, 2)}\n`);
