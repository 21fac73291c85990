import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../checks/registry.ts';
import { DEFECTS } from '../defects/catalogue.ts';
import { referencePage } from './reference-page.ts';

writeFileSync(join(import.meta.dirname, '..', 'CHECKS.md'), referencePage(CHECKS, DEFECTS));
