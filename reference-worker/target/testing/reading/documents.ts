import { join } from 'node:path';
import { choice, fieldModel, marked, sentences, whole } from '../../../../fixtures/fields/index.ts';

/** Where people are in their books. */
export const model = fieldModel({
  resources: {
    progress: {
      fields: {
        progress: sentences(1, 4),
        percentage: whole(0, 1),
        device: marked(choice(['reader', 'phone', 'tablet'])),
      },
    },
  },
  storage: {
    migrations: join(import.meta.dirname, 'migrations'),
    tables: {
      progress: {
        ...{ account: 'reader', id: 'document', table: 'progress', fixed: { timestamp: 1_790_000_000 } },
        columns: { progress: 'progress', percentage: 'percentage', device: 'device' },
      },
    },
    account: "INSERT INTO reader (name, key) VALUES (?1, 'key-of-' || ?1) ON CONFLICT DO NOTHING",
  },
});
