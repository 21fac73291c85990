import { join } from 'node:path';
import { choice, fieldModel, marked, sentences, text } from '../../fixtures/fields/index.ts';

/** What sites hold. */
export const model = fieldModel({
  resources: {
    posts: {
      fields: {
        // What lists show, and a post's own page: whose it is shows wherever it is named.
        title: marked(text(3, 8)),
        text: sentences(20, 60),
        status: choice(['published']),
      },
      // Every site has posts of the same ids (rule of evidence 3).
      idOf: (index) => `post-${String(index + 1).padStart(7, '0')}`,
    },
  },
  storage: {
    migrations: join(import.meta.dirname, '../../migrations/content-sites'),
    tables: {
      posts: {
        ...{ account: 'tenant_id', id: 'id', table: 'post' },
        columns: { title: 'title', text: 'text', status: 'status' },
      },
    },
    // Of a plan that a load does not use up.
    account:
      "INSERT INTO tenant (id, owner_email, views_a_minute) VALUES (?1, 'owner@' || ?1 || '.example', 1000000) ON CONFLICT DO NOTHING",
  },
});
