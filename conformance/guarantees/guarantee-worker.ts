import type { D1Database, D1DatabaseSession, D1Result, KVNamespace } from '@cloudflare/workers-types';
import type { CacheMode } from './modes.ts';

/** What the rig asks of the Worker; JSON in both directions. */
export interface RegisterCall {
  readonly kind: 'write' | 'read';
  readonly keys: readonly string[];
  /** What to give to `withSession`; absent for no session. */
  readonly session?: string | undefined;
  readonly cache: CacheMode['id'];
}

export interface RegisterReply {
  readonly versions: readonly { readonly key: string; readonly version: number; readonly from: string }[];
  /** Absent outside a session. */
  readonly bookmark?: string | undefined;
}

interface Env {
  readonly DB: D1Database;
  readonly CACHE: KVNamespace;
}

type Version = RegisterReply['versions'][number];
type Row = { readonly key: string; readonly version: number };

/** KV's smallest allowed times, as the reference Worker uses them. */
const EXPIRATION_TTL_SECONDS = 60;
const CACHE_TTL_SECONDS = 30;

/** A register for each key, written and read through the session and the cache that the request names. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method !== 'POST') return new Response('guarantees');
    const call: RegisterCall = JSON.parse(await request.text());
    return Response.json(await answer(call, env));
  },
};

function answer(call: RegisterCall, env: Env): Promise<RegisterReply> {
  const session = call.session === undefined ? env.DB : env.DB.withSession(call.session);
  if (call.kind === 'write') return write(call, session, env.CACHE);
  return call.cache === 'guarded' ? guardedRead(call, session, env.CACHE) : read(call, session, env.CACHE);
}

type Session = D1Database | D1DatabaseSession;

async function write(
  { keys, cache }: RegisterCall,
  session: Session,
  kv: KVNamespace,
): Promise<RegisterReply> {
  const statement = session.prepare(
    'INSERT INTO register (key, version) VALUES (?, 1) ON CONFLICT DO UPDATE SET version = version + 1 RETURNING key, version',
  );
  const result = await statement.bind(keys[0]).run<Row>();
  if (cache !== 'none') await Promise.all(keys.map((key) => kv.delete(key)));
  return { versions: versionsIn(result), bookmark: bookmarkOf(session) };
}

/** Without KV, or with a KV that is believed whatever it says. */
async function read(
  { keys, cache }: RegisterCall,
  session: Session,
  kv: KVNamespace,
): Promise<RegisterReply> {
  const found = cache === 'none' ? [] : await Promise.all(keys.map((key) => fromCache(kv, key)));
  const cached = found.filter((entry) => entry !== undefined);
  const missing = keys.filter((key) => !cached.some((entry) => entry.key === key));
  const stored = missing.length > 0 ? await fromDatabase(session, missing) : [];
  if (cache === 'read-through') await fill(kv, stored, bookmarkOf(session));
  const all = [...cached, ...stored];
  const versions = keys.flatMap((key) => all.filter((entry) => entry.key === key));
  return { versions, bookmark: bookmarkOf(session) };
}

/** The reference Worker's rules (reference-worker/shared-shards/src/routes/documents.ts); lists do not use its cache. */
async function guardedRead(call: RegisterCall, session: Session, kv: KVNamespace): Promise<RegisterReply> {
  const [key, ...others] = call.keys;
  const usable = key !== undefined && others.length === 0 && call.session && call.session !== 'first-primary';
  if (!usable) return read({ ...call, cache: 'none' }, session, kv);
  const asked = call.session === 'first-unconstrained' ? '' : call.session;
  const entry = await fromCache(kv, key);
  if (entry?.bookmark && entry.bookmark >= asked) return { versions: [entry], bookmark: entry.bookmark };
  const versions = await fromDatabase(session, [key]);
  const bookmark = bookmarkOf(session);
  await fill(kv, versions, bookmark);
  return { versions, bookmark };
}

/** One batch: every key is read in the same copy of the database, at the same moment. */
async function fromDatabase(session: Session, keys: readonly string[]): Promise<Version[]> {
  const statement = session.prepare('SELECT key, version FROM register WHERE key = ?');
  const results = await session.batch<Row>(keys.map((key) => statement.bind(key)));
  return keys.map((key, index) => {
    const result = results[index];
    if (!result) throw new Error(`no result for ${key}`);
    return versionsIn(result)[0] ?? { key, version: 0, from: instanceOf(result) };
  });
}

const versionsIn = (result: D1Result<Row>): Version[] =>
  result.results.map(({ key, version }) => ({ key, version, from: instanceOf(result) }));

const instanceOf = ({ meta }: D1Result): string =>
  `${meta.served_by_region} ${meta.served_by_primary ? 'primary' : 'replica'}`;

/** Before the first reply it is one of D1's words (d1-api in workerd), which is no position. */
function bookmarkOf(session: Session): string | undefined {
  const held = 'getBookmark' in session ? session.getBookmark() : undefined;
  return held?.startsWith('first-') ? undefined : (held ?? undefined);
}

interface Entry {
  readonly bookmark: string | undefined;
}

async function fromCache(kv: KVNamespace, key: string): Promise<(Version & Entry) | undefined> {
  const options = { cacheTtl: CACHE_TTL_SECONDS };
  const { value, metadata } = await kv.getWithMetadata<Entry>(key, options);
  return value === null
    ? undefined
    : { key, version: Number(value), from: 'KV', bookmark: metadata?.bookmark };
}

/** A key that is not there is not cached. */
async function fill(
  kv: KVNamespace,
  versions: readonly Version[],
  bookmark: string | undefined,
): Promise<void> {
  const options = { expirationTtl: EXPIRATION_TTL_SECONDS, metadata: { bookmark } };
  const existing = versions.filter(({ version }) => version > 0);
  await Promise.all(existing.map(({ key, version }) => kv.put(key, String(version), options)));
}
