import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call, create, refusal } from './client.ts';

const KILOBYTE = 1_000;

describe('a document', () => {
  test('comes back as it was created, with its version as ETag', async () => {
    const body = { surname: 'Okafor', nested: { deep: ['é', 1.5, null, true] } };
    await create('clients', 'c1', body);

    const response = await call('GET', '/v1/clients/c1');

    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ id: 'c1', _version: 1, body });
  });

  test('keeps its id for good: POST neither replaces a live one nor revives a deleted one', async () => {
    await create('clients', 'once', { surname: 'First' });

    const again = await call('POST', '/v1/clients', { body: { id: 'once', body: { surname: 'Second' } } });
    await call('DELETE', '/v1/clients/once');
    const afterDelete = await call('POST', '/v1/clients', { body: { id: 'once', body: {} } });

    expect(await refusal(again)).toEqual({ status: 409, code: 'id_taken', definite: true });
    expect(await refusal(afterDelete)).toEqual({ status: 409, code: 'id_taken', definite: true });
  });

  test('PUT creates with 201 and Location, then replaces with 200', async () => {
    const created = await call('PUT', '/v1/groups/g1', { body: { body: { name: 'A', old: 1 } } });
    const replaced = await call('PUT', '/v1/groups/g1', { body: { body: { name: 'B' } } });
    const read = await call('GET', '/v1/groups/g1');

    expect([created.status, created.headers.get('location')]).toEqual([201, '/v1/groups/g1']);
    expect([replaced.status, replaced.headers.get('etag')]).toEqual([200, '"2"']);
    expect(await read.json()).toEqual({ id: 'g1', _version: 2, body: { name: 'B' } });
  });

  test('PATCH is an RFC 7396 merge patch', async () => {
    await create('clients', 'patched', { a: 'b', c: { d: 'e', f: 'g' }, list: [1, 2] });

    const response = await call('PATCH', '/v1/clients/patched', {
      body: { body: { a: 'z', c: { f: null }, list: [3] } },
    });
    const read = await call('GET', '/v1/clients/patched');

    expect(await response.json()).toEqual({ id: 'patched', _version: 2 });
    expect(await read.json()).toMatchObject({ body: { a: 'z', c: { d: 'e' }, list: [3] } });
  });

  test('is gone after DELETE, and its version goes on rising if PUT brings the id back', async () => {
    await create('clients', 'phoenix', { surname: 'Ash' });

    const deleted = await call('DELETE', '/v1/clients/phoenix');
    const read = await call('GET', '/v1/clients/phoenix');
    const deletedAgain = await call('DELETE', '/v1/clients/phoenix');
    const revived = await call('PUT', '/v1/clients/phoenix', { body: { body: { surname: 'Egg' } } });

    expect([deleted.status, deleted.headers.get('etag')]).toEqual([204, '"2"']);
    expect(await refusal(read)).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refusal(deletedAgain)).toMatchObject({ status: 404, code: 'not_found' });
    expect([revived.status, revived.headers.get('etag')]).toEqual([201, '"3"']);
  });
});

describe('versions', () => {
  const op = fc.record({
    method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
    expected: fc.constantFrom('none', 'right', 'wrong', 'live', 'vacant'),
  });

  test('rise by exactly one per accepted write, and a refused write changes nothing', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(op, { minLength: 1, maxLength: 12 }), async (ops) => {
        const id = `model-${run++}`;
        let state = { version: 0, live: false };
        for (const { method, expected } of ops) {
          const accepted = isAccepted(method, expected, state);
          const response = await call(method, method === 'POST' ? '/v1/notes' : `/v1/notes/${id}`, {
            headers: method === 'POST' ? {} : conditionsOf(expected, state.version),
            ...(method !== 'DELETE' && { body: { ...(method === 'POST' && { id }), body: { method } } }),
          });
          expect([method, expected, response.ok]).toEqual([method, expected, accepted]);
          if (accepted) state = { version: state.version + 1, live: method !== 'DELETE' };
          const read = await call('GET', `/v1/notes/${id}`);
          expect(read.headers.get('etag')).toBe(state.live ? `"${state.version}"` : null);
        }
      }),
      { numRuns: 40 },
    );
  });

  function isAccepted(
    method: string,
    expected: string,
    { version, live }: { version: number; live: boolean },
  ): boolean {
    if (method === 'POST') return version === 0;
    if (expected === 'right') return live;
    if (expected === 'wrong') return false;
    if (expected === 'live') return live;
    if (expected === 'vacant') return !live && method === 'PUT';
    return live || method === 'PUT';
  }

  function conditionsOf(expected: string, version: number): Record<string, string> {
    if (expected === 'right') return { 'if-match': `"${Math.max(version, 1)}"` };
    if (expected === 'wrong') return { 'if-match': `"${version + 7}"` };
    if (expected === 'live') return { 'if-match': '*' };
    return expected === 'vacant' ? { 'if-none-match': '*' } : {};
  }
});

describe('conditional requests', () => {
  test.each([
    ['if-none-match', '"1"', 304],
    ['if-none-match', 'W/"1"', 304],
    ['if-none-match', '"7", "1"', 304],
    ['if-none-match', '*', 304],
    ['if-none-match', '"2"', 200],
    ['if-match', '"1"', 200],
    ['if-match', '*', 200],
    ['if-match', '"2"', 412],
    ['if-match', 'W/"1"', 412],
  ])('GET with %s: %s is answered %i', async (header, value, status) => {
    await call('PUT', '/v1/users/u1', { body: { body: {} }, headers: { 'if-none-match': '*' } });

    const response = await call('GET', '/v1/users/u1', { headers: { [header]: value } });

    expect(response.status).toBe(status);
    if (status === 304) expect([response.headers.get('etag'), await response.text()]).toEqual(['"1"', '']);
  });

  test.each(['PUT', 'PATCH', 'DELETE'])(
    '%s with a stale If-Match is refused with 412 and tells the version',
    async (method) => {
      await call('PUT', `/v1/users/stale-${method}`, { body: { body: {} } });

      const response = await call(method, `/v1/users/stale-${method}`, {
        headers: { 'if-match': '"9"' },
        ...(method !== 'DELETE' && { body: { body: { lost: true } } }),
      });

      expect(await response.clone().text()).toContain('its version is 1');
      expect(await refusal(response)).toEqual({ status: 412, code: 'precondition_failed', definite: true });
    },
  );

  test.each([
    [{ 'if-match': 'W/"1"' }],
    [{ 'if-match': '1' }],
    [{ 'if-match': '"1", "2"' }],
    [{ 'if-none-match': '"1"' }],
    [{ 'if-match': '"1"', 'if-none-match': '*' }],
  ])('a write refuses a precondition that it cannot honour: %o', async (headers) => {
    const response = await call('PUT', '/v1/users/u2', { headers, body: { body: {} } });

    expect(await refusal(response)).toMatchObject({ status: 400, code: 'invalid_precondition' });
  });
});

describe('bad input', () => {
  test.each([
    ['malformed JSON', '{"body":', 400, 'malformed_json'],
    ['an empty request', '', 400, 'malformed_json'],
    ['no body field', '{}', 400, 'invalid_request'],
    ['an array as body', '{"body":[]}', 400, 'invalid_request'],
    ['null as body', '{"body":null}', 400, 'invalid_request'],
    ['a stray field', '{"body":{},"account_id":"birch"}', 400, 'invalid_request'],
  ])('%s', async (_, body, status, code) => {
    expect(await refusal(await call('PUT', '/v1/clients/bad', { body }))).toEqual({
      status,
      code,
      definite: true,
    });
    expect((await call('GET', '/v1/clients/bad')).status).toBe(404);
  });

  test('POST needs a caller-chosen id, or a retry could create a twin', async () => {
    expect(await refusal(await call('POST', '/v1/clients', { body: { body: {} } }))).toMatchObject({
      code: 'invalid_request',
    });
  });

  test.each(['a%2Fb', 'a%00b', '.', '%C3%A9', 'a:b', 'x'.repeat(129)])('the id %s', async (id) => {
    const response = await call('PUT', `/v1/clients/${id}`, { body: { body: {} } });

    expect([400, 404]).toContain(response.status);
    expect(['invalid_id', 'unknown_route']).toContain((await refusal(response)).code);
  });

  test.each(['/v1/invoices/x', '/v1/constructor/x', '/v1/invoices'])(
    'the unknown collection of %s',
    async (path) => {
      expect(await refusal(await call('GET', path))).toMatchObject({
        status: 404,
        code: 'unknown_collection',
      });
    },
  );

  test.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['PUT', '/v1/clients'],
    ['GET', '/v1/clients/a/b/c'],
    ['OPTIONS', '/v1/clients/a'],
  ])('the unknown route %s %s', async (method, path) => {
    expect(await refusal(await call(method, path))).toMatchObject({ status: 404, code: 'unknown_route' });
  });

  test('a body of 3 MB is refused with the limit in the message', async () => {
    const response = await call('PUT', '/v1/clients/big', {
      body: { body: { text: 'x'.repeat(3_000 * KILOBYTE) } },
    });

    expect(await response.clone().text()).toContain('the limit is 1980000');
    expect(await refusal(response)).toEqual({ status: 413, code: 'too_large', definite: true });
  });

  test('the limit counts bytes, not characters', async () => {
    const response = await call('PUT', '/v1/clients/wide', {
      body: { body: { text: '€'.repeat(700 * KILOBYTE) } },
    });

    expect(await refusal(response)).toMatchObject({ code: 'too_large' });
  });

  test('a body just under the limit is stored, and a patch cannot push it over', async () => {
    const text = 'x'.repeat(1_979 * KILOBYTE);
    const stored = await call('PUT', '/v1/clients/edge', { body: { body: { text } } });
    const patched = await call('PATCH', '/v1/clients/edge', {
      body: { body: { more: 'y'.repeat(2 * KILOBYTE) } },
    });

    expect(stored.status).toBe(201);
    expect(await refusal(patched)).toEqual({ status: 413, code: 'too_large', definite: true });
    expect((await call('GET', '/v1/clients/edge')).headers.get('etag')).toBe('"1"');
  });

  test('a request over 8 MB is refused before it is read', async () => {
    const response = await call('PUT', '/v1/clients/huge', { body: 'x'.repeat(8_001 * KILOBYTE) });

    expect(await refusal(response)).toMatchObject({ status: 413, code: 'too_large' });
  });

  test('an indexed field over 200 characters is refused: it would not fit a cursor', async () => {
    const response = await call('PUT', '/v1/clients/long', { body: { body: { surname: 'x'.repeat(201) } } });

    expect(await refusal(response)).toEqual({ status: 400, code: 'field_too_long', definite: true });
  });

  test.each([
    ['PUT', '/v1/clients/deep-put'],
    ['PATCH', '/v1/clients/deep-patch'],
  ])('%s: a body nested too deep for SQLite is refused, and nothing is written', async (method, path) => {
    await call('PUT', path, { body: { body: {} } });

    const response = await call(method, path, {
      body: `{"body":{"a":${'['.repeat(1_001)}${']'.repeat(1_001)}}}`,
    });

    expect(await refusal(response)).toEqual({ status: 400, code: 'invalid_request', definite: true });
    expect((await call('GET', path)).headers.get('etag')).toBe('"1"');
  });
});
