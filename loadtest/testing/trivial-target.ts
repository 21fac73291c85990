import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { canaryOf } from '../../fixtures/index.ts';
import { listen } from '../../reference-worker/local/backend/index.ts';
import type { CollectionName } from '../../reference-worker/shared-shards/data/index.ts';

export interface TrivialTarget {
  readonly url: string;
  stop(): void;
}

export interface TrivialOptions {
  readonly account: string;
  /** Called with path and query before each answer; the answer waits for it. */
  readonly before?: (path: string) => Promise<void> | undefined;
  /** Asked once for each response that shows documents: whether the first is to carry the canary of another account. */
  readonly leaks?: () => boolean;
}

/**
 * The least server that the journey is content with: every answer is right, and hardly anything is computed.
 *
 * @returns the server on a port of its own, on this machine alone
 */
export async function startTrivialTarget({ before, ...options }: TrivialOptions): Promise<TrivialTarget> {
  const answer = answers(options);
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    await before?.(request.url ?? '');
    const url = new URL(request.url ?? '/', 'http://target');
    const [status, body] = answer(request, url, text ? JSON.parse(text) : undefined);
    response.writeHead(status, HEADERS).end(JSON.stringify(body));
  }
  const server = createServer((request, response) => void serve(request, response));
  const port = await listen(server);
  return {
    url: `http://localhost:${port}`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Answer = readonly [status: number, body: object];

/** Answers every request of the journey; what users wrote is remembered, because they look for it. */
function answers({ account, leaks = () => false }: Omit<TrivialOptions, 'before'>) {
  const clients = new Map<string, { version: number; mark?: string }>();
  const notes = new Map<string, string[]>();
  let isFirst = true;

  const show = (collection: CollectionName, id: string, version: number, more: object = {}): object => {
    const owner = isFirst && leaks() ? 'somebody-else' : account;
    isFirst = false;
    const canary = canaryOf({ account: owner, collection, id, version });
    return { id, _version: version, body: { canary, text: FILLER, ...more } };
  };
  const showClient = (id: string, more?: object): object => {
    const { version, mark } = clients.get(id) ?? { version: 1 };
    return show('clients', id, version, { editMark: mark, ...more });
  };

  function write({ method, headers }: IncomingMessage, clientId: string, { id, body }: Written): Answer {
    if (method === 'POST') {
      notes.set(body.clientId, [id, ...(notes.get(body.clientId) ?? [])].slice(0, LIST_LIMIT));
      return [201, { id, _version: 1 }];
    }
    const version = (clients.get(clientId)?.version ?? 1) + 1;
    if (headers['if-match'] !== `"${version - 1}"`) return [412, {}];
    clients.set(clientId, { version, mark: body.editMark });
    return [200, { id: clientId, _version: version }];
  }

  function read({ pathname, searchParams }: URL): object {
    const [, , collection = '', id = '', join] = pathname.split('/');
    if (collection === 'users') return show('users', id, 1);
    if (collection === 'groups') return { items: page(GROUPS_LIMIT, (at) => show('groups', `gr-${at}`, 1)) };
    if (join) {
      const client = { id, _version: clients.get(id)?.version ?? 1 };
      const items = page(FINANCES, (at) => show('finances', `fi-${id}-${at}`, 1, { clientId: id }));
      return { client, items };
    }
    if (collection === 'notes') {
      const clientId = searchParams.get('clientId') ?? '';
      return { items: (notes.get(clientId) ?? []).map((note) => show('notes', note, 1, { clientId })) };
    }
    if (id) return showClient(id);
    const [filter = '', prefix = ''] = [...searchParams][0] ?? [];
    const found = { [filter.replace('.prefix', '')]: prefix };
    return { items: page(LIST_LIMIT, (at) => showClient(`cl-000000${at}`, found)) };
  }

  return (request: IncomingMessage, url: URL, written: Written | undefined): Answer => {
    isFirst = true;
    const id = url.pathname.split('/')[3] ?? '';
    return written ? write(request, id, written) : [200, read(url)];
  };
}

/** What the journey writes. */
interface Written {
  readonly id: string;
  readonly body: { readonly clientId: string; readonly editMark: string };
}

/** Full pages, so that there is as much to verify as there can be. */
const LIST_LIMIT = 10;
const GROUPS_LIMIT = 20;
const FINANCES = 6;
const page = (length: number, item: (at: number) => object): object[] =>
  Array.from({ length }, (_, at) => item(at));
/** As long as the text of a middling note. */
const FILLER = 'The client called about the annual review. '.repeat(20);
const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'private, no-store',
  'x-d1-bookmark': 'opaque',
  'server-timing': 'route;dur=0.1;desc="account and shard", d1;dur=0.2;desc="WEUR primary", app;dur=0.1',
};

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
