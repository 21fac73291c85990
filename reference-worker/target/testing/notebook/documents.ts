import { join } from 'node:path';
import { choice, fieldModel, marked, parent, sentences, text } from '../../../../fixtures/fields/index.ts';

const owned = { account: 'user', id: 'id' };

/** What notes and tags hold. */
export const model = fieldModel({
  resources: {
    notes: { fields: { title: text(2, 5), text: marked(sentences(1, 8)) }, searched: ['title'] },
    tags: {
      share: 2,
      fields: { noteId: parent('notes'), label: marked(choice(['idea', 'errand', 'book', 'later'])) },
    },
  },
  storage: {
    migrations: join(import.meta.dirname, 'migrations'),
    tables: {
      notes: { ...owned, table: 'note', columns: { title: 'title', text: 'text' } },
      tags: { ...owned, table: 'tag', columns: { noteId: 'note_id', label: 'label' } },
    },
    account: "INSERT INTO user (name, joined_at) VALUES (?1, '2026-11-01') ON CONFLICT DO NOTHING",
  },
});
