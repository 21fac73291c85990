import { ClientRequest } from 'node:http';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import { encode, type Operation } from '../../../reference-worker/target/index.ts';
import { hostileRequest, hostileRequests, knownHostile } from './hostile-requests.ts';

const document = { resource: 'clients', id: 'cl-1' } as const;
const OPERATIONS: readonly Operation[] = [
  { kind: 'read', ...document },
  { kind: 'list', resource: 'clients', filter: { field: 'surname', is: 'x' } },
  { kind: 'put', ...document, body: { surname: 'x', age: 1 } },
  { kind: 'batch', writes: [{ kind: 'delete', ...document }] },
];

/** What Node would throw before it had sent anything; nothing is sent here either. */
function refusalOf(request: ReturnType<typeof hostileRequest>): unknown {
  const { method, path } = request;
  try {
    const sent = new ClientRequest({ method, path, headers: request.headers, host: '127.0.0.1', port: 9 });
    sent.on('error', () => undefined).destroy();
    return undefined;
  } catch (error) {
    return error;
  }
}

test('every request that is drawn can be sent', () => {
  const requests = hostileRequests(OPERATIONS, system);

  fc.assert(
    fc.property(requests, (hostile) => {
      expect(refusalOf(hostileRequest(system, hostile))).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

test('those that every run tries differ from what they break', () => {
  const known = knownHostile(OPERATIONS);

  const same = known.filter(
    (hostile) =>
      JSON.stringify(hostileRequest(system, hostile)) === JSON.stringify(encode(system, hostile.operation)),
  );

  expect(known.length).toBeGreaterThan(10);
  expect(same).toEqual([]);
});

test('a value in the body is replaced, the others are kept', () => {
  const [, , put] = OPERATIONS;
  if (!put) throw new Error('there is no put');

  const { body } = hostileRequest(system, {
    operation: put,
    flaws: [{ kind: 'value', position: 0, text: 'null' }],
  });

  expect(body).toBe('{"body":null}');
});
