import type { D1Database, D1PreparedStatement, KVNamespace } from '@cloudflare/workers-types';

interface Env {
  readonly DB: D1Database;
  readonly OTHER: D1Database;
  readonly KV: KVNamespace;
}

const DOCUMENTS = 1_000;
const DOCUMENT_BYTES = 2_048;
/** As many statements as fit into one batch comfortably. */
const BATCH = 100;
const KEY = 'document';
const READ = 'SELECT body FROM documents WHERE id = ?';
const COUNT_TO =
  'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT max(i) AS i FROM n';

const randomId = (): number => 1 + Math.floor(Math.random() * DOCUMENTS);

/** A JSON document of exactly 2 KB. */
function newDocument(): string {
  const start = `{"version":${Math.random()},"text":"`;
  return `${start.padEnd(DOCUMENT_BYTES - 2, 'x')}"}`;
}

/** An answer that is not the right one must count as an error. */
const answer = (text: string | null | undefined, headers: Record<string, string> = {}): Response =>
  new Response(text ?? 'not as expected', { status: text ? 200 : 500, headers });

async function read(statement: D1PreparedStatement): Promise<Response> {
  const { results, meta } = await statement.bind(randomId()).all<{ body: string }>();
  return answer(results[0]?.body, { 'x-served-by-primary': String(meta.served_by_primary) });
}

async function prepare({ DB, KV }: Env): Promise<Response> {
  await DB.exec('CREATE TABLE documents (id INTEGER PRIMARY KEY, body TEXT NOT NULL)');
  const insert = DB.prepare('INSERT INTO documents (id, body) VALUES (?, ?)');
  for (let first = 1; first <= DOCUMENTS; first += BATCH) {
    const ids = Array.from({ length: BATCH }, (_, index) => first + index);
    await DB.batch(ids.map((id) => insert.bind(id, newDocument())));
  }
  await KV.put(KEY, newDocument());
  return answer('prepared');
}

async function update({ DB }: Env): Promise<Response> {
  const statement = DB.prepare('UPDATE documents SET body = ? WHERE id = ?');
  const { meta } = await statement.bind(newDocument(), randomId()).run();
  return answer(meta.changes === 1 ? 'updated' : undefined);
}

/** Keeps a database busy without touching a table. */
async function countTo({ DB, OTHER }: Env, url: URL): Promise<Response> {
  const database = url.searchParams.get('database') === 'OTHER' ? OTHER : DB;
  const rows = Number(url.searchParams.get('rows'));
  const counted = await database.prepare(COUNT_TO).bind(rows).first<number>('i');
  return answer(counted === rows ? 'counted' : undefined);
}

const routes: Readonly<Record<string, (env: Env, url: URL) => Promise<Response>>> = {
  '/prepare': prepare,
  '/read': ({ DB }) => read(DB.prepare(READ)),
  '/read-in-session': ({ DB }) => read(DB.withSession('first-unconstrained').prepare(READ)),
  '/update': update,
  '/kv': async ({ KV }) => answer(await KV.get(KEY)),
  '/count': countTo,
};

/** What the platform and its rival run, one route for each operation. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    return (await routes[url.pathname]?.(env, url)) ?? new Response('no such route', { status: 404 });
  },
};
