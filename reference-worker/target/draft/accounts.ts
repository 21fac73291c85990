import type { Hints } from './hints.ts';
import type { FoundRoute } from './routes.ts';
import type { DatabaseTable } from './schema.ts';

/** How an account comes to be, as code, and how its requests say who is asking. */
export interface DraftAccounts {
  /** The lines of `open(name, hands)`, without indentation. */
  readonly open: readonly string[];
  /** The code of `request.identify`. */
  readonly identify: string;
  /** What that code uses of the package. */
  readonly uses: readonly ('bearer' | 'cookie' | 'credentials')[];
  /** A line that imports more. */
  readonly imports: readonly string[];
  /** Whether the rows of an account are known by its name. */
  readonly ownerIsName: boolean;
  /** What a person must decide, a sentence each. */
  readonly decisions: readonly string[];
}

const TOKEN_COLUMN = /^(api_?|access_?|auth_?|session_?)?(token|key)$|^session_?id$/i;
const SIGN_UP = /(sign-?up|register|(users|accounts)(\/(create|new))?)$/;
const SIGN_IN = /(sign-?in|log-?in|sessions?|tokens?|auth)$/;
const OWN_HEADER = /^x-.*(key|token|auth|user|account|tenant)/;
const NAMES_USER = /(user|account|tenant|name)$/;
const OF_FORGERY = /csrf|xsrf/i;
/** What carries a session's position in D1 shows nobody. */
export const OF_POSITION = /bookmark|position|d1-session/;

export function accountsOf(
  routes: readonly FoundRoute[],
  tables: readonly DatabaseTable[],
  hints: Hints,
): DraftAccounts {
  const identity = identityOf(hints);
  const signed = byJwt(hints);
  const opened = signed ?? bySigningIn(routes, identity) ?? byRows(tables, hints) ?? UNKNOWN;
  const { identify, uses } = identity;
  return {
    ...opened,
    ...{ identify, uses },
    ownerIsName: signed !== undefined || opened.open.some((line) => line.startsWith('await sql(')),
    decisions: [...opened.decisions, ...identity.decisions],
  };
}

interface Identity extends Pick<DraftAccounts, 'identify' | 'uses' | 'decisions'> {
  /** The name of the cookie that shows who is asking. */
  readonly cookie?: string;
  /** What is between a name and a secret, where these go with each request, and no token. */
  readonly between?: ' ' | ':';
}

function identityOf({ headers, cookies, usesBasic }: Hints): Identity {
  const own = headers.filter((header) => OWN_HEADER.test(header) && !OF_FORGERY.test(header));
  const cookie = cookies.find((name) => !OF_FORGERY.test(name) && !OF_POSITION.test(name));
  const forgery = headers.find((header) => OF_FORGERY.test(header));
  const decisions =
    forgery === undefined
      ? []
      : [
          `request.identify: ${forgery} is looked at. Where writes are refused without it, let open return both values and identify be ` +
            'credentials((csrf, session) => ...), as the page of the target shows.',
        ];
  const user = own.find((header) => NAMES_USER.test(header));
  const secret = own.find((header) => header !== user);
  if (usesBasic)
    return {
      identify: "(token) => ({ authorization: 'Basic ' + btoa(token) })",
      ...{ uses: [], decisions, between: ':' },
    };
  if (headers.includes('authorization')) return { identify: 'bearer', uses: ['bearer'], decisions };
  if (cookie !== undefined) return { identify: `cookie('${cookie}')`, uses: ['cookie'], decisions, cookie };
  if (user !== undefined && secret !== undefined)
    return {
      identify: `credentials((user, secret) => ({ '${user}': user, '${secret}': secret }))`,
      ...{ uses: ['credentials'], decisions, between: ' ' },
    };
  const [header] = own;
  if (header !== undefined) return { identify: `(token) => ({ '${header}': token })`, uses: [], decisions };
  return {
    ...{ identify: 'bearer', uses: ['bearer'] },
    decisions: [
      ...decisions,
      'request.identify: nothing shows how a request says who is asking; a bearer token is a guess.',
    ],
  };
}

type Opened = Pick<DraftAccounts, 'open' | 'imports' | 'decisions'>;

function byJwt({ jwt }: Hints): Opened | undefined {
  if (!jwt) return undefined;
  return {
    open: [
      `const exp = Math.floor(Date.now() / 1000) + 86_400;`,
      `return sign({ ${jwt.claim}: name, exp }, ${jwt.secret}, 'HS256');`,
    ],
    imports: ["import { sign } from 'hono/jwt';", `const ${jwt.secret} = 'a-secret-for-checks-alone';`],
    decisions: [
      `accounts.open: tokens are signed with ${jwt.secret} (HS256), with the claim ${jwt.claim}. Does your Worker look at more?`,
    ],
  };
}

/** A sign-up, then a sign-in where that is another route. */
function bySigningIn(routes: readonly FoundRoute[], { cookie, between }: Identity): Opened | undefined {
  const posts = routes.filter(({ method }) => method === 'POST');
  const up = posts.find(({ path }) => SIGN_UP.test(path));
  const into = posts.find(({ path }) => SIGN_IN.test(path));
  const last = into ?? up;
  if (!last) return undefined;
  const call = ({ path, takes }: FoundRoute, keep: boolean): string[] => {
    const fields = (takes.length > 0 ? takes : ['name']).map((field) => `${field}: ${credentialOf(field)}`);
    return [
      `${keep ? 'const answer = ' : ''}await http({`,
      `  method: 'POST',`,
      `  path: '${path}',`,
      `  headers: { 'content-type': 'application/json' },`,
      `  body: JSON.stringify({ ${fields.join(', ')} }),`,
      '});',
    ];
  };
  const guessed =
    last.takes.length > 0
      ? []
      : [`accounts.open: nothing shows what POST ${last.path} takes; a name is a guess.`];
  if (between !== undefined) {
    const secret = credentialOf(last.takes.find((field) => /pass|key|secret/i.test(field)) ?? 'password');
    return {
      open: [...call(last, false), `return name + '${between}' + ${secret};`],
      imports: [],
      decisions: guessed,
    };
  }
  const given = last.gives.flat();
  const member = given.find((name) => /token|jwt|key|session/i.test(name)) ?? 'token';
  const read =
    cookie === undefined
      ? `const token = JSON.parse(answer.body).${member};`
      : `const [, token] = /${cookie}=([^;]+)/.exec(answer.headers['set-cookie'] ?? '') ?? [];`;
  return {
    open: [
      ...(up && into && up !== into ? call(up, false) : []),
      ...call(last, true),
      read,
      "if (!token) throw new Error(name + ' was answered without a token: ' + answer.status + ' ' + answer.body);",
      'return token;',
    ],
    imports: [],
    decisions: guessed,
  };
}

/** Without a blank, which would part two values that go together. */
const credentialOf = (field: string): string =>
  /mail/i.test(field)
    ? "name + '@example.com'"
    : /pass|key|secret/i.test(field)
      ? "'password-of-' + name"
      : 'name';

/** Rows in the table that has the tokens, and in the one that it refers to. */
function byRows(tables: readonly DatabaseTable[], { hashes }: Hints): Opened | undefined {
  const table = tables.find(({ columns }) => columns.some(({ name }) => TOKEN_COLUMN.test(name)));
  const token = table?.columns.find(({ name }) => TOKEN_COLUMN.test(name));
  if (!table || !token) return undefined;
  const users = table.references.map((reference) => ({
    column: reference.column,
    table: tables.find(({ name }) => name === reference.table),
  }));
  const values = new Map<string, string>([[token.name, 'token']]);
  const lines: string[] = ["const token = 'token-of-' + name;"];
  for (const { column, table: user } of users) {
    if (!user) continue;
    const key = user.columns.find(({ isKey }) => isKey);
    const text = user.columns.find(({ type, isKey }) => type === 'TEXT' && !isKey);
    lines.push(insert(user, new Map()));
    const by = key?.type === 'INTEGER' ? text : key;
    lines.push(
      `const [${user.name}] = await sql('${user.database}', 'SELECT ${key?.name} FROM ${user.name} WHERE ${by?.name} = ?1', [${by ? columnValue(by.name) : 'name'}]);`,
    );
    values.set(column, `Object(${user.name}).${key?.name}`);
  }
  return {
    open: [...lines, insert(table, values), 'return token;'],
    imports: [],
    decisions: hashes
      ? [
          `accounts.open: ${table.name}.${token.name} may hold a hash; what is inserted must be what your Worker looks for.`,
        ]
      : [],
  };
}

const columnValue = (column: string): string => (/mail/i.test(column) ? "name + '@example.com'" : 'name');

/** Twice is once: accounts are opened in every run on the same state. */
function insert({ database, name, columns }: DatabaseTable, values: ReadonlyMap<string, string>): string {
  const given = columns.filter((column) => values.has(column.name) || !column.isOptional);
  const places = given.map((_, at) => `?${at + 1}`).join(', ');
  const params = given.map(
    ({ name: column, type }) => values.get(column) ?? (/INT|REAL|NUM/.test(type) ? '1' : columnValue(column)),
  );
  const statement = `INSERT OR IGNORE INTO ${name} (${given.map((column) => column.name).join(', ')}) VALUES (${places})`;
  return `await sql('${database}', '${statement}', [${params.join(', ')}]);`;
}

const UNKNOWN: Opened = {
  open: ["throw new Error('accounts.open: make an account here, and return its token');"],
  imports: [],
  decisions: [
    'accounts.open: nothing shows how an account comes to be: sign up through http, insert rows by sql, or put a session into KV.',
  ],
};
