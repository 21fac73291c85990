import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { laggingBehaviour, type Pop, sendHttp, startWorker } from '../../reference-worker/target/index.ts';
import type { RegisterRequest, RegisterTarget } from './execution.ts';
import type { RegisterCall, RegisterReply } from './guarantee-worker.ts';
import type { CacheMode, SessionMode } from './modes.ts';

const ENTRY = join(import.meta.dirname, 'guarantee-worker.ts');
const SCHEMA = 'CREATE TABLE register (key TEXT PRIMARY KEY, version INTEGER NOT NULL)';

/** The Worker in workerd, in front of a D1 and a stale KV, with time standing still. */
export interface Rig {
  /** The keys of one history: nobody has written or read them before. */
  target(cache: CacheMode['id']): RegisterTarget;
  stop(): Promise<void>;
}

/**
 * @param readReplication whether the database has replicas, which lag
 * @throws PlatformError
 */
export async function startRig(readReplication: SessionMode['readReplication'] = 'auto'): Promise<Rig> {
  const stateDir = mkdtempSync(join(tmpdir(), 'shardproof-guarantees-'));
  const platform = await startWorker({
    entry: ENTRY,
    stateDir,
    databases: { DB: SCHEMA },
    namespaces: ['CACHE'],
    // Nothing is drawn here: a history is a function of its program.
    behaviour:
      readReplication === 'auto'
        ? laggingBehaviour(1)
        : { ...laggingBehaviour(1), readReplication, faults: [] },
  });
  const [deployment] = platform.deployments;
  if (!deployment) throw new Error('the platform has no deployment');
  let histories = 0;
  return {
    target(cache) {
      histories += 1;
      const prefix = `${histories}/`;
      return {
        send: (request) => send(deployment.urls, cache, prefix, request),
        waiting: async () => (await platform.control.waiting()).length,
        advance: (ms) => platform.control.advance(ms),
      };
    },
    async stop() {
      await platform.stop();
      // Force: a second call finds nothing left.
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

async function send(
  urls: Readonly<Record<Pop, string>>,
  cache: CacheMode['id'],
  prefix: string,
  { pop, kind, keys, session }: RegisterRequest,
): Promise<RegisterReply> {
  const call: RegisterCall = { kind, keys: keys.map((key) => prefix + key), session, cache };
  const request = { method: 'POST', path: '/', headers: {}, body: JSON.stringify(call) };
  const { status, body } = await sendHttp(urls[pop], request);
  if (status !== 200) throw new Error(`${status} for ${request.body}: ${body}`);
  const reply: RegisterReply = JSON.parse(body);
  const versions = reply.versions.map(({ key, version, from }) => ({
    key: key.slice(prefix.length),
    version,
    from,
  }));
  return { versions, bookmark: reply.bookmark };
}
