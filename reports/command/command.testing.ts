import { join } from 'node:path';

/** The words that start the command as a user does, in a process of its own; a verb and its options follow. */
export const COMMAND = [process.execPath, join(import.meta.dirname, '../../.config/shardproof.js')] as const;
