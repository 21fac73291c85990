import { join } from 'node:path';
import { fieldModel, marked, sentences, text, unique } from '../../../../fixtures/fields/index.ts';

/** What is on people's lists. */
export const model = fieldModel({
  resources: { items: { fields: { sku: unique('sku-'), title: text(2, 5), note: marked(sentences(1, 8)) } } },
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
