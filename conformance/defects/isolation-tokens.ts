import type { Defect } from './defect.ts';

/** Tokens, cursors and bookmarks that are accepted although they were made by nobody, or for somebody else. */
export const ISOLATION_TOKEN_DEFECTS: readonly Defect[] = [
  {
    id: 'isolation/algorithm-from-token',
    title: 'A token is verified with the algorithm that it names itself.',
    standsFor: {
      what: 'Algorithm verification: a library must be told which algorithms to take (RFC 8725, section 3.1)',
      where: 'https://www.rfc-editor.org/rfc/rfc8725#section-3.1',
    },
    check: 'isolation/forged-token',
    edits: [
      {
        file: 'identity.ts',
        find: "import { verify } from 'hono/jwt';",
        replace: "import { decode, verify } from 'hono/jwt';",
      },
      {
        file: 'identity.ts',
        find: "verify(token, secret, 'HS256')",
        replace: 'verify(token, secret, decode(token).header.alg)',
      },
    ],
  },
  {
    id: 'isolation/token-without-expiry',
    title: 'A token that never expires is accepted.',
    standsFor: {
      what: 'Insufficient session expiration (CWE-613)',
      where: 'https://cwe.mitre.org/data/definitions/613.html',
    },
    check: 'isolation/forged-token',
    edits: [{ file: 'identity.ts', find: 'exp: z.number(),', replace: 'exp: z.number().optional(),' }],
  },
  {
    id: 'isolation/expired-token-accepted',
    title: 'The expiry of a token is not looked at, so that clocks that differ do no harm.',
    standsFor: {
      what: 'A token must not be accepted on or after its expiry (RFC 7519, section 4.1.4)',
      where: 'https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4',
    },
    check: 'isolation/forged-token',
    edits: [
      {
        file: 'identity.ts',
        find: "verify(token, secret, 'HS256')",
        replace: "verify(token, secret, { alg: 'HS256', exp: false })",
      },
    ],
  },
  {
    id: 'isolation/one-key-for-cursors',
    title: 'Cursors of all accounts are signed with one key.',
    standsFor: {
      what: 'A signed value is valid beyond whom it was made for (CWE-345)',
      where: 'https://cwe.mitre.org/data/definitions/345.html',
    },
    check: 'isolation/foreign-cursor',
    edits: [
      {
        file: 'keys.ts',
        find: 'const name = JSON.stringify([secret, purpose, owner]);',
        replace: "const name = JSON.stringify([secret, purpose, purpose === 'cursor' ? '' : owner]);",
      },
      {
        file: 'keys.ts',
        find: `info: encoder.encode(\`\${purpose}:\${owner}\`)`,
        replace: `info: encoder.encode(purpose === 'cursor' ? purpose : \`\${purpose}:\${owner}\`)`,
      },
    ],
  },
  {
    id: 'isolation/cursor-unsigned',
    title: 'A cursor is Base64 that anybody can edit.',
    standsFor: {
      what: 'Missing support for integrity check (CWE-353)',
      where: 'https://cwe.mitre.org/data/definitions/353.html',
    },
    check: 'isolation/foreign-cursor',
    edits: [
      {
        file: 'cursor.ts',
        find: "return sign(await keyFor(secret, 'cursor', accountId), base64Url(bytes.buffer));",
        replace: 'return base64Url(bytes.buffer);',
      },
      {
        file: 'cursor.ts',
        find: "await verified(await keyFor(secret, 'cursor', accountId), cursor)",
        replace: 'await Promise.resolve(cursor)',
      },
    ],
  },
  {
    id: 'isolation/bookmark-of-the-shard',
    title: 'Bookmarks are signed for the shard, so that its accounts can use those of each other.',
    standsFor: {
      what: 'A session token of another tenant is taken for the own',
      where: 'tlaplus/azure-cosmos-tla#3',
    },
    check: 'isolation/foreign-bookmark',
    edits: [{ file: 'bookmarks.ts', find: `\`\${accountId}:\${shardId}\``, replace: 'shardId' }],
  },
  {
    id: 'isolation/bookmark-echoed',
    title: 'A bookmark that does not verify is sent back, as if the session had reached it.',
    standsFor: {
      what: 'A session keeps a token that moved it to nowhere',
      where: 'tlaplus/azure-cosmos-tla#3',
    },
    check: 'isolation/foreign-bookmark',
    edits: [
      {
        file: 'index.ts',
        find: '  const token = await store.token();',
        replace:
          "  const isForeign = store.start.constraint === 'first-primary';\n  const token = isForeign ? c.req.header('x-d1-bookmark') : await store.token();",
      },
    ],
  },
];
