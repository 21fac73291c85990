import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { listen } from '../backend/index.ts';
import { Behaviour } from '../behaviour/index.ts';
import { limitsPart } from './part.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve() {
  const { server } = limitsPart(Behaviour.parse({ clock: 'virtual' }));
  servers.push(server);
  const port = await listen(server);
  const ask = (body: string) =>
    fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body, signal: AbortSignal.timeout(5_000) });
  return { port, ask };
}

const ONCE = JSON.stringify({ key: 'key', limit: 1, period: 10 });

test('says whether a key may, as often as its limit says', async () => {
  const { ask } = await serve();

  expect(await (await ask(ONCE)).json()).toEqual({ success: true });
  expect(await (await ask(ONCE)).json()).toEqual({ success: false });
});

test('a request that is cut off in its body counts for nothing, and the next one is answered', async () => {
  const { port, ask } = await serve();

  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(
        `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${ONCE.length + 1}\r\n\r\n${ONCE}`,
        () => socket.destroy(),
      );
    });
    socket.once('close', () => resolve());
  });

  expect(await (await ask(ONCE)).json()).toEqual({ success: true });
});

test.each([['no JSON'], ['{"key":"key"}'], ['']])(
  'refuses %j, and answers the next request',
  async (body) => {
    const { ask } = await serve();

    expect((await ask(body)).status).toBe(400);

    expect(await (await ask(ONCE)).json()).toEqual({ success: true });
  },
);
