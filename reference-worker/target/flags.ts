import { z } from 'zod';
import { ReadReplication } from '../../reports/schema/index.ts';

/** What the options of options.ts take. */

/** `loadSystem` reads them. */
export const systemFlags = { system: z.string().optional(), config: z.string().optional() };

/** Without it, what the file for --latency says, or `disabled`. */
export const readReplicationFlag = ReadReplication.optional();

export const platformFlags = { kv: z.boolean(), latency: z.string(), readReplication: readReplicationFlag };
