import { describe, expect, test } from 'vitest';
import { draftDescription } from './index.ts';
import { bearerApp, ROUTES, repository } from './repository.testing.ts';

const TOKENS = 'CREATE TABLE session (token TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES user (id));';

describe('of a Worker of Hono', () => {
  test('resources, fields, lists and paths are told', async () => {
    const { text } = await draftDescription(repository({ 'src/index.ts': bearerApp() }));

    expect(text).toContain("path: '/api/:resource',\n    without: ['patch', 'delete'],\n    items: 'items',");
    expect(text).toContain("page: { next: 'next', parameter: 'after' },");
    expect(text).toContain(
      "// Table note; user_id says whose a row is.\n    notes: {\n      ids: 'server',\n      indexed: ['title'],",
    );
    expect(text).toContain('document: (word) => ({ title: word, body: word, words: 1 })');
    expect(text).toContain('request: { identify: bearer },');
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a sign-up',
      {
        'src/index.ts': bearerApp(
          "app.post('/sign-up', async (c) => { const { email } = await c.req.json(); return c.json({ apiKey: '' }); });",
        ),
      },
      /path: '\/api\/sign-up',.*\{ email: name \+ '@example\.com' \}.*JSON\.parse\(answer\.body\)\.apiKey/s,
    ],
    [
      'rows',
      { 'src/index.ts': bearerApp(), 'migrations/0002.sql': TOKENS },
      /INSERT OR IGNORE INTO user \(id, email\).*INSERT OR IGNORE INTO session \(token, user_id\)/s,
    ],
    [
      'a token that is signed',
      {
        'src/index.ts': bearerApp(
          "import { verify } from 'hono/jwt'; const who = (c) => verify('', c.env.JWT_SECRET).then((payload) => payload.user);",
        ),
      },
      /import \{ sign \} from 'hono\/jwt';.*sign\(\{ user: name, exp \}, JWT_SECRET, 'HS256'\)/s,
    ],
    ['nothing that can be seen', { 'src/index.ts': bearerApp() }, /\/\/ TODO accounts\.open: nothing shows/],
  ])('accounts come to be by %s', async (_, files, code) => {
    expect((await draftDescription(repository(files))).text).toMatch(code);
  });

  test('a session and its header are a promise, and a session without one is a question', async () => {
    const session = "app.get('/x', (c) => c.env.DB.withSession(c.req.header('x-bookmark')));";
    const promised = await draftDescription(repository({ 'src/index.ts': bearerApp(session) }));
    const asked = await draftDescription(
      repository({
        'src/index.ts': bearerApp(session.replace("c.req.header('x-bookmark')", "'first-primary'")),
      }),
    );

    expect(promised.text).toMatch(/bookmarkHeader: 'x-bookmark'.*\n {4}'sessions', \/\//s);
    expect(asked.text).toContain("// 'sessions', //");
    expect(asked.decisions.join()).toContain('request.bookmarkHeader');
  });
});

describe('the load', () => {
  const TEXT_IDS = `CREATE TABLE user (id TEXT PRIMARY KEY, email TEXT NOT NULL);
CREATE TABLE note (id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES user (id), title TEXT NOT NULL, body TEXT NOT NULL, words INTEGER NOT NULL);`;
  const drafted = (files: Readonly<Record<string, string>> = {}) =>
    draftDescription(repository({ 'src/index.ts': bearerApp(), ...files }));

  test('lists, opens and adds, and whose a document is stands in its last text', async () => {
    const { text, data, decisions } = await drafted();

    expect(text).toContain("items: 'items', canary: 'body' }");
    expect(text).toContain("{ operation: 'list-notes', does: 'list', resource: 'notes', limit: 20 }");
    expect(text).toContain("body: { title: '{mark}', body: '{canary}', words: 1 } }");
    expect(data?.text).toContain(
      'title: text(2, 5),\n        body: marked(sentences(4, 12)),\n        words: whole(1, 1),',
    );
    expect(decisions.join()).toMatch(/are guesses; your access log knows.*there is no PATCH of notes/s);
  });

  test('is rows where ids are texts and rows are inserted for an account, and else goes through the Worker', async () => {
    const rows = await drafted({ 'migrations/0001.sql': TEXT_IDS, 'migrations/0002.sql': TOKENS });
    const through = await drafted({ 'migrations/0002.sql': TOKENS });

    expect(rows.data?.text).toContain("...{ table: 'note', account: 'user_id', id: 'id' }");
    expect(rows.data?.text).toContain(
      "INSERT OR IGNORE INTO user (id, email) VALUES (?1, ?1 || '@example.com')",
    );
    expect(through.data?.text).not.toContain('storage');
    expect(through.decisions.join()).toContain('Say in which table they lie');
  });

  test('is left out where no document has a text of its own, and that is said', async () => {
    const numbers = ROUTES.replaceAll('title, body, words', 'words').replace("c.req.query('title'); ", '');
    const { text, data, decisions } = await drafted({
      'src/notes.ts': numbers,
      'migrations/0001.sql':
        'CREATE TABLE note (id INTEGER PRIMARY KEY, user_id TEXT NOT NULL, words INTEGER NOT NULL);',
    });

    expect(text).not.toContain('const journey');
    expect(data).toBeUndefined();
    expect(decisions.join()).toContain('no document can say whose it is');
  });
});

test('an OpenAPI document is believed before the sources', async () => {
  const json = { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } };
  const document = {
    paths: {
      '/v2/notes': { post: { requestBody: { content: json }, responses: {} } },
      '/v2/notes/{id}': { get: { responses: { 200: { content: json } } } },
    },
    components: { schemas: { Note: { properties: { title: {}, words: {} } } } },
  };

  const { text, read } = await draftDescription(
    repository({ 'src/index.ts': bearerApp(), 'openapi.json': JSON.stringify(document) }),
  );

  expect(read.at(-1)).toBe('2 routes, from openapi.json');
  expect(text).toContain("path: '/v2/:resource'");
  expect(text).toContain('document: (word) => ({ title: word, words: 1 })');
});

test('an OpenAPI document may stand below a path of its server, and says what fields hold', async () => {
  const document = {
    servers: [{ url: 'https://notes.example/api/v3' }],
    paths: {
      '/notes': {
        post: {
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Note' } } } },
          responses: {},
        },
      },
      '/notes/{id}': {
        get: {
          responses: { 200: { content: { 'application/json': { schema: { properties: { data: {} } } } } } },
        },
      },
    },
    components: {
      schemas: {
        Note: {
          properties: {
            title: { type: 'string' },
            body: { type: 'string', format: 'uri' },
            words: { type: 'integer' },
          },
        },
      },
    },
  };

  const { text, data } = await draftDescription(
    repository({ 'src/index.ts': bearerApp(), 'docs/openapi.json': JSON.stringify(document) }),
  );

  expect(text).toContain("path: '/api/v3/:resource'");
  expect(text).toContain("    document: 'data',\n");
  expect(text).toContain(
    "document: (word) => ({ title: word, body: 'https://' + word + '.example/', words: 1 })",
  );
  expect(text).toContain("body: { title: '{canary}', body: 'https://{mark}.example/', words: 1 }");
  expect(data?.text).toContain('body: fake(500, (faker) => faker.internet.url())');
});

test('an OpenAPI document in YAML takes the package yaml, and the sources are read where that is missing', async () => {
  const { read, decisions } = await draftDescription(
    repository({ 'src/index.ts': bearerApp(), 'docs/openapi.yaml': 'paths: {}' }),
  );

  expect(read.at(-1)).toBe('4 routes, from 2 sources');
  expect(decisions.join()).toContain('docs/openapi.yaml was not read: it is YAML');
});

test('where no router is seen, the tables are described at the paths of the sources, as a guess', async () => {
  const app = `export default { fetch(request) {
    if (request.method === 'DELETE') return new Response(null, { status: 204 });
    if (request.url.endsWith('/v1/note') || request.url.endsWith('/login')) return Response.json({});
  } };`;

  const { text, decisions } = await draftDescription(repository({ 'src/index.ts': app }));

  expect(text).toContain("path: '/v1/:resource',\n    without: ['put', 'patch'],");
  expect(text).toContain('document: (word) => ({ title: word, body: word, words: 1 })');
  expect(text).toContain("path: '/login'");
  expect(decisions.join()).toContain('all paths are guesses from the tables');
});

test('what cannot be described is refused, with what was found', async () => {
  const app = 'export default { fetch: () => new Response() };';
  const nobodys = 'CREATE TABLE note (id TEXT PRIMARY KEY, body TEXT);';

  await expect(
    draftDescription(repository({ 'src/index.ts': app, 'migrations/0001.sql': nobodys })),
  ).rejects.toThrow(/No resource can be told from wrangler\.json: notes; 1 tables: note; 0 routes/);
});
