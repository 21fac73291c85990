import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const WRANGLER = JSON.stringify({
  ...{ name: 'notes', main: 'src/index.ts', compatibility_date: '2026-10-01' },
  d1_databases: [{ binding: 'DB', database_name: 'notes', database_id: 'notes' }],
});
export const NOTES = `CREATE TABLE user (id TEXT PRIMARY KEY, email TEXT NOT NULL);
CREATE TABLE note (
  id INTEGER PRIMARY KEY, user_id TEXT NOT NULL REFERENCES user (id), title TEXT NOT NULL, body TEXT NOT NULL, words INTEGER NOT NULL, made_at TEXT
);`;
export const ROUTES = `import { Hono } from 'hono';
export const notes = new Hono()
  .get('/', async (c) => { c.req.query('title'); return c.json({ items: [], next: c.req.query('after') }); })
  .post('/', async (c) => { const { title, body, words } = await c.req.json(); return c.json({ id: 1, title, body, words }); })
  .get('/:id', (c) => c.json({}))
  .put('/:id', (c) => c.json({}));`;
export const bearerApp = (more = ''): string => `import { Hono } from 'hono';
import { notes } from './notes';
const app = new Hono().basePath('/api');
app.use(async (c, next) => { c.req.header('Authorization'); await next(); });
${more}
app.route('/notes', notes);
export default app;`;

/** A repository with these files, by path. */
export function repository(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'drafted-'));
  const all = { 'wrangler.json': WRANGLER, 'migrations/0001.sql': NOTES, 'src/notes.ts': ROUTES, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return join(folder, 'wrangler.json');
}
