import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../local/backend/index.ts';
import { sendHttp, TransportError } from './transport.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  return `http://127.0.0.1:${await listen(server)}`;
}

const get = (path: string) => ({ method: 'GET', path, headers: {} });

test('a path and a host are sent as they are', async () => {
  const url = await serve((request, response) => response.end(`${request.headers.host} ${request.url}`));

  const { body } = await sendHttp(url, get('/v1/../%2e%2e//a?b=%00'), { host: 'beech.example' });

  expect(body).toBe('beech.example /v1/../%2e%2e//a?b=%00');
});

test('a body and headers arrive, and a header that comes twice is joined', async () => {
  const url = await serve(async (request, response) => {
    const told = `${request.method} ${request.headers['x-a']} ${await text(request)}`;
    response.writeHead(201, { 'x-b': ['1', '2'] }).end(told);
  });

  const response = await sendHttp(url, { method: 'PUT', path: '/', headers: { 'x-a': 'a' }, body: 'ü' });

  expect(response).toMatchObject({ status: 201, body: 'PUT a ü', headers: { 'x-b': '1, 2' } });
});

test('a body that is to be sent in chunks has no length', async () => {
  const url = await serve(async (request, response) => {
    const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
    response.end(`${length} ${coding} ${await text(request)}`);
  });
  const headers = { 'transfer-encoding': 'chunked' };

  const { body } = await sendHttp(url, { method: 'PUT', path: '/', headers, body: 'x' });

  expect(body).toBe('undefined chunked x');
});

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

test('a read is sent once more when the connection that was kept is closed under it, and a write is not', async () => {
  const used = new WeakSet<object>();
  const url = await serve(({ socket }, response) => {
    if (used.has(socket)) return void socket.destroy();
    used.add(socket);
    response.end('done');
  });
  await sendHttp(url, get('/'));

  const read = await sendHttp(url, get('/'));
  await sendHttp(url, get('/'));
  const write = await failureOf(sendHttp(url, { method: 'PUT', path: '/', headers: {}, body: 'x' }));

  expect(read.body).toBe('done');
  expect(write).toMatchObject({ name: 'TransportError', definite: false });
});

test('a read is sent once more on a connection of its own, however many that were kept are closed', async () => {
  let first = 2;
  const known = new WeakSet<object>();
  const waiting: (() => void)[] = [];
  const url = await serve(({ socket }, response) => {
    if (known.has(socket)) return void socket.destroy();
    known.add(socket);
    waiting.push(() => response.end('done'));
    first -= 1;
    if (first <= 0) for (const answer of waiting.splice(0)) answer();
  });
  await Promise.all([sendHttp(url, get('/')), sendHttp(url, get('/'))]);

  expect((await sendHttp(url, get('/'))).body).toBe('done');
});

test('a connection on which a body was refused is not used again', async () => {
  const refused = new WeakSet<object>();
  const url = await serve(({ socket }, response) => {
    if (refused.has(socket)) return void socket.destroy();
    refused.add(socket);
    response.writeHead(401).end('refused');
  });
  const write = { method: 'PUT', path: '/', headers: {}, body: 'x' };

  const answers = [await sendHttp(url, write), await sendHttp(url, write), await sendHttp(url, write)];

  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
});

test('a connection that is refused is a definite failure', async () => {
  const url = await serve(() => undefined);
  servers.splice(0).forEach((server) => void server.close());

  const failure = await failureOf(sendHttp(url, get('/')));

  expect(failure).toBeInstanceOf(TransportError);
  expect(failure).toMatchObject({ definite: true });
});

test('a reply that is cut leaves open what happened', async () => {
  const url = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy());
  });

  const failure = await failureOf(sendHttp(url, get('/')));

  expect(failure).toBeInstanceOf(TransportError);
  expect(failure).toMatchObject({ definite: false });
});
