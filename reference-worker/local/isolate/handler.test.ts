import { describe, expect, test } from 'vitest';
import { handlerOf, type Listener } from './handler.ts';

const request = new Request('http://isolate/path');
const env = { NAME: 'someone' };
const context = { waitUntil: () => undefined, passThroughOnException: () => undefined };
const ask = async (module: Record<string, unknown>, ...listeners: Listener[]): Promise<string> =>
  (await handlerOf(module, listeners)(request, env, context)).text();

class Entrypoint {
  readonly #context: object;
  readonly env: object;
  constructor(given: object, bindings: object) {
    this.#context = given;
    this.env = bindings;
  }
  fetch({ url }: Request): Response {
    return Response.json([url, this.env === env, this.#context === context]);
  }
}

test('a class is constructed for each request, with the context and the bindings', async () => {
  expect(await ask({ default: Entrypoint })).toBe('["http://isolate/path",true,true]');
});

test('the handler of an object has its `this`, and may be replaced', async () => {
  const worker = {
    name: 'mine',
    fetch(_request: Request, bindings: object, given: object): Response {
      return Response.json([this.name, bindings === env, given === context]);
    },
  };
  const handler = handlerOf({ default: worker }, []);

  expect(await (await handler(request, env, context)).json()).toEqual(['mine', true, true]);
  worker.fetch = () => new Response('replaced');
  expect(await (await handler(request, env, context)).text()).toBe('replaced');
});

describe('a listener', () => {
  const respond =
    (answer: string): Listener =>
    (event) =>
      Object(event).respondWith(Promise.resolve(new Response(answer)));

  test('answers, after those that do not', async () => {
    expect(await ask({}, () => undefined, respond('second'), respond('third'))).toBe('second');
  });

  test.each<[string, Listener[]]>([
    ['called respondWith()', [() => undefined]],
    [
      'called twice',
      [
        (event) => {
          respond('once')(event);
          respond('twice')(event);
        },
      ],
    ],
  ])('that is wrong is told: %s', async (reason, listeners) => {
    await expect(ask({}, ...listeners)).rejects.toThrow(reason);
  });
});

test.each([
  [{}, 'has no fetch handler.'],
  [{ default: {} }, 'has no fetch handler.'],
  [{ other: { fetch: () => new Response() } }, 'has no fetch handler.'],
  [{ default: { scheduled() {}, queue() {} } }, 'has no fetch handler: it has scheduled, queue, which no'],
])('%j could answer no request', (module, reason) => {
  expect(() => handlerOf(module, [])).toThrow(reason);
});
