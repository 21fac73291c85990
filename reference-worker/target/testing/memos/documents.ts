import { join } from 'node:path';
import { fieldModel, marked, sentences, text } from '../../../../fixtures/fields/index.ts';

/** What memos hold. */
export const model = fieldModel({
  resources: { memos: { fields: { title: text(2, 5), text: marked(sentences(1, 8)) } } },
  storage: {
    migrations: join(import.meta.dirname, 'migrations'),
    tables: {
      memos: {
        ...{ account: 'member', id: 'id', table: 'memo', columns: { title: 'title', text: 'text' } },
      },
    },
    account: "INSERT INTO member (name, password) VALUES (?1, 'password-of-' || ?1) ON CONFLICT DO NOTHING",
  },
});
