import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { system } from '../shared-shards/system.ts';
import type { Target, TestAccount } from './index.ts';
import { openRemote } from './index.ts';

export interface TinyServer {
  readonly url: string;
  readonly server: Server;
}

/** A server on this machine with one answer to everything, or with a document store in the reference dialect. */
export async function startTiny(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Promise<TinyServer> {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { url: `http://127.0.0.1:${address.port}`, server };
}

/**
 * A store of documents in memory.
 *
 * @param accountOf whose a token is; undefined: nobody's
 * @param change made to every response before it is sent
 */
export function documentStore(
  accountOf: (token: string) => string | undefined,
  change: (response: ServerResponse) => void = () => undefined,
) {
  const documents = new Map<string, { version: number; body: string }>();
  const store = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    change(response);
    const account = accountOf(request.headers.authorization?.replace('Bearer ', '') ?? '');
    const key = `${account} ${request.url}`;
    const reply = (status: number, body: object): void => {
      response
        .writeHead(status, { 'content-type': 'application/json', etag: '"1"' })
        .end(JSON.stringify(body));
    };
    const id = request.url?.split('/').at(-1);
    const body = await text(request);
    if (account === undefined) return reply(401, { code: 'not_authenticated' });
    const stored = documents.get(key);
    if (request.method === 'PUT') {
      const version = (stored?.version ?? 0) + 1;
      documents.set(key, { version, body });
      return reply(version === 1 ? 201 : 200, { id, _version: version });
    }
    if (stored === undefined) return reply(404, { code: 'not_found' });
    if (request.method !== 'DELETE')
      return reply(200, { id, _version: stored.version, ...JSON.parse(stored.body) });
    documents.delete(key);
    response.writeHead(204, { etag: '"1"' }).end();
  };
  return { documents, store };
}

export const testAccount = (role: TestAccount['role'], id: string, url: string, token = id): TestAccount => ({
  role,
  id,
  token,
  urls: { anywhere: url },
});

/** A remote target with a subject `alder` and a neighbour `beech`. */
export const tinyTarget = (url: string, tokens: readonly string[] = ['alder', 'beech']): Target =>
  openRemote({
    system,
    accounts: [
      testAccount('subject', 'alder', url, tokens[0]),
      testAccount('neighbour', 'beech', url, tokens[1]),
    ],
  }).target;
