import { createCipheriv, createHash } from 'node:crypto';
import { join } from 'node:path';
import { choice, type Draw, type Field, fieldModel, marked } from '../../fixtures/fields/index.ts';
import { below } from '../../fixtures/generator/index.ts';
import { SEAL_SECRET, tokenOf, zoneOf } from './api.ts';

const HALF_A_DAY_MS = 43_200_000;
const ALL_SEEN_MS = Date.parse('2026-11-01T00:00:00Z');
const KEY = createHash('sha256').update(SEAL_SECRET).digest();

/** As src/seal.ts seals it; what is random there follows from the seed. */
function sealedToken({ account, key }: Draw): string {
  const iv = Buffer.alloc(12);
  for (const [at, part] of [key.a, key.b].entries()) iv.writeUInt32BE(part >>> 0, 4 * at);
  const cipher = createCipheriv('aes-256-gcm', KEY, iv).setAAD(Buffer.from(account));
  const sealed = [cipher.update(tokenOf(zoneOf(account))), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([iv, ...sealed]).toString('base64');
}

/** Within the half day of one round: at any later time everything is old, as after an outage. */
const seenAt: Field = {
  meaning: 'when it was last seen in the upstream, in milliseconds',
  drawn: 'half a day before 2026-11-01, evenly',
  value: ({ key }) => ALL_SEEN_MS - below(key, 0, HALF_A_DAY_MS),
};

const first: Field = { meaning: 'its version in the upstream', drawn: 'always 1', value: () => 1 };

/** E1: customers, each with a zone of the upstream and the 50 toggles of it. 690 MB are a hundred thousand. */
export const model = fieldModel({
  resources: {
    zones: {
      perMember: 1,
      idOf: (_, customer) => zoneOf(customer),
      fields: {
        sealedToken: {
          meaning: 'the token of the zone, sealed for its customer',
          drawn: 'computed',
          value: sealedToken,
        },
        syncedAt: seenAt,
      },
    },
    settings: {
      perMember: 50,
      idOf: (index) => `toggle-${String(index + 1).padStart(2, '0')}`,
      fields: { value: marked(choice(['on', 'off'])), version: first, lastSyncedAt: seenAt },
    },
  },
  storage: {
    migrations: join(import.meta.dirname, '../../migrations/synced-settings'),
    tables: {
      zones: {
        ...{ table: 'customer_zones', account: 'customer_id', id: 'zone_id' },
        columns: { sealedToken: 'sealed_token', syncedAt: 'synced_at' },
      },
      settings: {
        ...{ table: 'settings', account: 'customer_id', id: 'toggle_id' },
        columns: { value: 'value', version: 'version', lastSyncedAt: 'last_synced_at' },
      },
    },
  },
});
