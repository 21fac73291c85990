import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that no other test uses. */
export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'shardproof-'));
