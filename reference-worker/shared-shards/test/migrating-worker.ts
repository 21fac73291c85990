import type { Bindings } from '../src/bindings.ts';
import app from '../src/index.ts';

/** The reference Worker, and a migration of its shard while it serves: `POST /migrate`. */
export default {
  fetch: async (request, env, context) => {
    if (new URL(request.url).pathname !== '/migrate') return app.fetch(request, env, context);
    const shard = env.SHARD_EU_1 as D1Database;
    await shard.exec('ALTER TABLE clients ADD COLUMN added_later TEXT');
    return new Response('migrated');
  },
} satisfies ExportedHandler<Bindings>;
