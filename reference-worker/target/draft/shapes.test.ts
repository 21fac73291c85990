import { describe, expect, test } from 'vitest';
import { draftDescription } from './index.ts';
import { bearerApp, NOTES, repository } from './repository.testing.ts';

describe('shapes that are less usual', () => {
  const drafted = async (routes: string, tables: string, app = '') =>
    (
      await draftDescription(
        repository({ 'src/index.ts': bearerApp(app), 'src/notes.ts': routes, 'migrations/0001.sql': tables }),
      )
    ).text;
  const hono = (calls: string): string =>
    `import { Hono } from 'hono';\nexport const notes = new Hono()${calls};`;

  test('a document is put with its id in the body, and has it and its owner for a key', async () => {
    const text = await drafted(
      hono(
        ".get('/:slug', (c) => c.json({})).put('/', async (c) => { const { slug, body } = await c.req.json(); return c.json({}); })",
      ),
      'CREATE TABLE note (reader TEXT NOT NULL, slug TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (reader, slug));',
    );

    expect(text).toContain("    id: 'slug',\n");
    expect(text).toContain('; reader says whose a row is.');
    const route = "{ method: 'PUT', path: '/api/notes', json: ({ id, body }) => ({ slug: id, ...body }) }";
    expect(text).toContain(`routes: { create: ${route}, put: ${route} }`);
  });

  test('forms make and remove what has a field of its own', async () => {
    const text = await drafted(
      hono(
        ".get('/:id', (c) => c.json({})).post('/', async (c) => { const { sku, body } = await c.req.parseBody(); return c.redirect('/'); })" +
          ".post('/:id/remove', (c) => c.redirect('/'))",
      ),
      'CREATE TABLE note (id TEXT PRIMARY KEY, user_id TEXT NOT NULL, sku TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (user_id, sku));',
    );

    expect(text).toContain('import { bearer, defineSystem, form, Journey, rest,');
    expect(text).toContain("unique: 'sku'");
    expect(text).toContain("create: form('/api/notes')");
    expect(text).toContain("delete: { method: 'POST', path: '/api/notes/:id/remove' }");
  });

  test('a body is what a parser has made of it', async () => {
    const text = await drafted(
      hono(
        ".get('/:id', (c) => c.json({})).post('/', async (c) => { const parsed = Note.safeParse(await c.req.json()); if (!parsed.success) return c.json({}); const { title } = parsed.data; return c.json(parsed.data.body); })",
      ),
      NOTES,
    );

    expect(text).toContain('document: (word) => ({ title: word, body: word })');
  });

  test('a schema may be made of others', async () => {
    const text = await drafted(
      hono(
        ".get('/:id', (c) => c.json({})).post('/', async (c) => c.json(parsed(z.object({ title: Text, body: Text, words: z.number(), tags: z.array(Text) }), await c.req.text())))",
      ),
      NOTES,
    );

    expect(text).toContain('document: (word) => ({ title: word, body: word, words: 1 })');
  });

  test('pages have numbers, and answers an envelope', async () => {
    const text = await drafted(
      hono(
        ".get('/', (c) => { c.req.query('page'); c.req.query('per_page'); return c.json({ meta: 1, data: [] }); })" +
          ".get('/:id', (c) => c.json({ data: {} })).post('/', async (c) => { const { title } = await c.req.json(); return c.json({ data: 1 }); })",
      ),
      NOTES,
    );

    expect(text).toContain(
      "items: 'data',\n    document: 'data',\n    page: { parameter: 'page', limit: 'per_page' },",
    );
    expect(text).toContain("    document: 'data',\n    ...{ id: 'id', body: ''");
  });

  const SIGN_UP =
    "app.post('/users/create', async (c) => { const { name, password } = await c.req.json(); return c.json({}); });";
  test.each([
    [
      'two headers',
      "c.req.header('x-auth-user'); c.req.header('x-auth-key')",
      "identify: credentials((user, secret) => ({ 'x-auth-user': user, 'x-auth-key': secret }))",
      "return name + ' ' + 'password-of-' + name;",
    ],
    [
      'a name and a password',
      "c.req.header('Authorization')?.startsWith('Basic ')",
      "identify: (token) => ({ authorization: 'Basic ' + btoa(token) })",
      "return name + ':' + 'password-of-' + name;",
    ],
  ])('%s show who is asking', async (_, read, identify, returned) => {
    const app = bearerApp(SIGN_UP).replace("c.req.header('Authorization')", read);

    const { text } = await draftDescription(repository({ 'src/index.ts': app }));

    expect(text).toContain(identify);
    expect(text).toContain(returned);
  });

  test('what lies below a document is named as left out', async () => {
    const { decisions } = await draftDescription(
      repository({ 'src/index.ts': bearerApp("app.get('/notes/:noteId/tags', (c) => c.json([]));") }),
    );

    expect(decisions.join()).toContain('/api/notes/:noteId/tags is left out');
  });
});
