import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { call, create, refusal } from './client.ts';

interface Page {
  readonly items: readonly {
    readonly id: string;
    readonly _version: number;
    readonly body: Record<string, string>;
  }[];
  readonly cursor: string | null;
}

const SURNAMES = [
  'Smith',
  'smithers',
  'SMITH',
  'Smyth',
  'Zed',
  'Zzz',
  '',
  'Łuk',
  'É',
  'Smi',
  'smi\u{10ffff}',
];
const clients = Array.from({ length: 60 }, (_, index) => ({
  id: `c${String(index).padStart(3, '0')}`,
  surname: SURNAMES[(index * 7) % SURNAMES.length] ?? '',
  postcode: `SW${index % 4} ${index % 10}AA`,
  groupId: `g${index % 3}`,
}));

async function list(query: string, account = 'acme'): Promise<Page> {
  const response = await call('GET', `/v1/${query}`, { account });
  if (response.status !== 200) throw new Error(`${query}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Follows cursors to the end. */
async function listAll(query: string, account = 'acme'): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list(
      cursor === null ? query : `${query}&cursor=${encodeURIComponent(cursor)}`,
      account,
    );
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== null);
  return ids;
}

beforeAll(async () => {
  for (const account of ['acme', 'birch']) {
    const operations = clients.map(({ id, ...body }) => ({
      op: 'create',
      collection: 'clients',
      id,
      body: { ...body, canary: account },
    }));
    for (const half of [operations.slice(0, 30), operations.slice(30)]) {
      const response = await call('POST', '/v1/batch', { account, body: { operations: half } });
      expect(response.status).toBe(200);
    }
  }
  await call('DELETE', '/v1/clients/c059', { account: 'acme' });
});

const live = clients.filter(({ id }) => id !== 'c059');

/** SQLite's NOCASE order: ASCII letters folded, then bytes of UTF-8, which is code point order. */
const fold = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const compare = (a: string, b: string): number => {
  const [x, y] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
};
const bySurname = (a: (typeof clients)[number], b: (typeof clients)[number]): number =>
  compare(fold(a.surname), fold(b.surname)) || compare(a.id, b.id);

describe('a list', () => {
  test('returns envelopes of the own account, 20 by default, and no deleted document', async () => {
    const page = await list('clients');

    expect(page.items).toHaveLength(20);
    expect(page.items[0]).toEqual({ id: 'c000', _version: 1, body: { ...bodyOf(0), canary: 'acme' } });
    expect(await listAll('clients?limit=7')).toEqual(live.map(({ id }) => id));
  });

  test('shows each account its own documents under the same ids', async () => {
    const birch = await list('clients?limit=100', 'birch');

    expect(birch.items).toHaveLength(60);
    expect(new Set(birch.items.map(({ body }) => body.canary))).toEqual(new Set(['birch']));
  });

  test('pages through any filter and order without gap or repetition', async () => {
    const shape = fc.record({
      filter: fc.option(
        fc.oneof(
          fc.constantFrom('Smith', 'smi', 'S', 'z', 'Ł', 'É', 'nothing').map((value) => ({ prefix: value })),
          fc.constantFrom('smith', 'Zed', '', 'nobody').map((value) => ({ equals: value })),
        ),
        { nil: undefined },
      ),
      sorted: fc.boolean(),
      descending: fc.boolean(),
      limit: fc.integer({ min: 1, max: 25 }),
    });

    await fc.assert(
      fc.asyncProperty(shape, async ({ filter, sorted, descending, limit }) => {
        const params = new URLSearchParams({ limit: String(limit) });
        let expected = live;
        let field = sorted ? 'surname' : 'id';
        if (filter && 'prefix' in filter) {
          field = 'surname';
          params.set('surname.prefix', filter.prefix);
          expected = live.filter(({ surname }) => fold(surname).startsWith(fold(filter.prefix)));
        } else if (filter) {
          field = 'id';
          params.set('surname', filter.equals);
          expected = live.filter(({ surname }) => fold(surname) === fold(filter.equals));
        }
        params.set('sort', `${descending ? '-' : ''}${field}`);
        const ordered = field === 'surname' ? [...expected].sort(bySurname) : expected;
        const ids = (descending ? [...ordered].reverse() : ordered).map(({ id }) => id);

        expect(await listAll(`clients?${params}`)).toEqual(ids);
      }),
      { numRuns: 60 },
    );
  });

  test('by reference finds equal ids only, and case matters in ids', async () => {
    expect(await listAll('clients?groupId=g1')).toEqual(
      live.filter(({ groupId }) => groupId === 'g1').map(({ id }) => id),
    );
    expect(await listAll('clients?groupId=G1')).toEqual([]);
  });

  const bodyOf = (index: number) => {
    const { id: _, ...body } = clients[index] ?? { id: '' };
    return body;
  };
});

describe('a cursor', () => {
  test.each([
    ['of another account', 'clients?limit=5', 'birch'],
    ['of another collection', 'groups?limit=5', 'acme'],
    ['of another order', 'clients?limit=5&sort=-id', 'acme'],
    ['of another filter', 'clients?limit=5&surname=Zed', 'acme'],
    ['of the join', 'clients/c001/finances?limit=5', 'acme'],
  ])('%s is refused; its own list takes it', async (_, query, account) => {
    const { cursor } = await list('clients?limit=5');

    const foreign = await call('GET', `/v1/${query}&cursor=${cursor}`, { account });
    const own = await call('GET', `/v1/clients?limit=5&cursor=${cursor}`);

    expect(await refusal(foreign)).toEqual({ status: 400, code: 'invalid_cursor', definite: true });
    expect(own.status).toBe(200);
  });

  test.each(['', 'x', 'eyJpZCI6ImMwMDEifQ', 'a.b', `${'A'.repeat(30)}.${'A'.repeat(43)}`])(
    'made up as "%s" is refused',
    async (cursor) => {
      expect(await refusal(await call('GET', `/v1/clients?cursor=${cursor}`))).toMatchObject({
        code: 'invalid_cursor',
      });
    },
  );

  test('cannot be edited', async () => {
    const { cursor } = await list('clients?limit=5');
    const edited = `${cursor?.startsWith('A') ? 'B' : 'A'}${cursor?.slice(1)}`;

    expect(await refusal(await call('GET', `/v1/clients?limit=5&cursor=${edited}`))).toMatchObject({
      code: 'invalid_cursor',
    });
  });
});

describe('a list query is refused when it', () => {
  test.each([
    ['filters by an unknown field', 'clients?dateOfBirth=1980-01-01'],
    ['filters by a column name', 'clients?group_id=g1'],
    ['names an account', 'clients?account_id=birch'],
    ['has two filters', 'clients?surname=Smith&groupId=g1'],
    ['repeats a filter', 'clients?surname=Smith&surname=Zed'],
    ['sorts by an unknown field', 'clients?sort=body'],
    ['injects SQL in sort', 'clients?sort=id%20DESC--'],
    ['sorts against its filter', 'clients?groupId=g1&sort=surname'],
    ['has limit 0', 'clients?limit=0'],
    ['has limit 101', 'clients?limit=101'],
    ['has a limit in words', 'clients?limit=ten'],
    ['is no UTF-8', 'clients?surname=%ff'],
    ['escapes nothing with a %', 'clients?surname=100%'],
    ['has an empty prefix', 'clients?surname.prefix='],
    ['gives the join a filter', 'clients/c001/finances?reviewOn=2026-01-01'],
  ])('%s', async (_, query) => {
    expect(await refusal(await call('GET', `/v1/${query}`))).toEqual({
      status: 400,
      code: 'invalid_query',
      definite: true,
    });
  });

  test('has a prefix that D1 would not take as a LIKE pattern, and says the limit', async () => {
    const longest = await call('GET', `/v1/clients?surname.prefix=${'x'.repeat(49)}`);
    const tooLong = await call('GET', `/v1/clients?surname.prefix=${'x'.repeat(48)}%C3%A9`);

    expect(longest.status).toBe(200);
    expect(await tooLong.clone().text()).toContain('50 bytes');
    expect(await refusal(tooLong)).toMatchObject({ status: 400, code: 'invalid_query' });
  });
});

describe('the join of a client with its finances', () => {
  beforeAll(async () => {
    for (const account of ['acme', 'birch']) {
      for (const id of ['f1', 'f2', 'f3']) {
        await create('finances', id, { clientId: 'c001', canary: account }, { account });
      }
    }
    await create('finances', 'other', { clientId: 'c002' });
    await create('finances', 'wrong-case', { clientId: 'C001' });
  });

  test('pages through the finances of that client and account', async () => {
    const first = await call('GET', '/v1/clients/c001/finances?limit=2');
    const page = await first.json<Page & { client: object }>();

    expect(page.client).toEqual({ id: 'c001', _version: 1 });
    expect(page.items.map(({ id, body }) => [id, body.canary])).toEqual([
      ['f1', 'acme'],
      ['f2', 'acme'],
    ]);
    expect(await listAll('clients/c001/finances?limit=2')).toEqual(['f1', 'f2', 'f3']);
    expect(await listAll('clients/c001/finances?limit=2', 'birch')).toEqual(['f1', 'f2', 'f3']);
  });

  test('is empty for a client without finances and 404 for no client', async () => {
    expect((await list('clients/c003/finances')).items).toEqual([]);
    expect(await refusal(await call('GET', '/v1/clients/c059/finances'))).toMatchObject({
      code: 'not_found',
    });
    expect(await refusal(await call('GET', '/v1/clients/nobody/finances'))).toMatchObject({
      code: 'not_found',
    });
  });
});
