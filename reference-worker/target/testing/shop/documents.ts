import { join } from 'node:path';
import { type Field, fieldModel, marked, sentences, text } from '../../../../fixtures/fields/index.ts';

const sku: Field = {
  meaning: 'what it is ordered by',
  drawn: 'no two alike',
  value: ({ id }) => `sku-${id}`,
};

/** What is on people's lists. */
export const model = fieldModel({
  resources: { items: { fields: { sku, title: text(2, 5), note: marked(sentences(1, 8)) } } },
  storage: {
    migrations: join(import.meta.dirname, 'migrations'),
    tables: {
      items: {
        ...{ account: 'customer', id: 'id', table: 'item' },
        columns: { sku: 'sku', title: 'title', note: 'note' },
      },
    },
    account: "INSERT INTO customer (name, key) VALUES (?1, 'key-of-' || ?1) ON CONFLICT DO NOTHING",
  },
});
