import type { IncomingMessage } from 'node:http';
import { POPS, type Pop } from '../pops.ts';

/** The PoP that workerd's configuration stamps on every call; a caller that has none is in the first one. */
export function popOf({ headers }: IncomingMessage): Pop {
  return POPS.find((pop) => pop === headers['x-pop']) ?? POPS[0];
}
