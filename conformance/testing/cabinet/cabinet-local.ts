import { join } from 'node:path';
import { serializeSigned } from 'hono/utils/cookie';
import type { OwnWorker } from '../../../reference-worker/target/index.ts';
import { SCHEMA } from './cabinet-statements.ts';

const SECRET = 'secret-of-the-cabinet';

/** The cookie's value: the account and a signature. */
async function tokenOf(account: string): Promise<string> {
  const cookie = await serializeSigned('session', account, SECRET);
  return cookie.slice('session='.length);
}

/** How the cabinet runs on the local platform. */
export const own: OwnWorker = {
  entry: join(import.meta.dirname, 'cabinet-worker.ts'),
  database: { binding: 'DB', schema: SCHEMA },
  vars: { SECRET, BASE_DOMAIN: 'localhost' },
  accounts: async () => [
    { role: 'subject', id: 'oak', token: await tokenOf('oak') },
    { role: 'neighbour', id: 'elm', token: await tokenOf('elm') },
  ],
};
