import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeCache } from './testing/cache-suite.ts';
import { describeD1 } from './testing/d1-suite.ts';
import { describeKv } from './testing/kv-suite.ts';
import { probe } from './testing/probe.ts';
import { type Target, targets } from './testing/targets.ts';

/**
 * workerd's D1, KV and Cache API clients must not be able to tell the data plane, without lag and faults, from
 * miniflare's. The differences that are left on purpose are listed in README.md.
 */
describe.each(Object.entries(targets))('%s', (_, start) => {
  let target: Target;
  beforeAll(async () => {
    target = await start();
  });
  afterAll(() => target.stop());

  describeD1(async (...calls) => (await probe(target.url, { d1: calls })).outcomes);
  describeKv(async (...calls) => (await probe(target.url, { kv: calls })).outcomes);
  describeCache(async (...calls) => (await probe(target.url, { cache: calls })).outcomes);

  test.each(['first-primary', 'first-unconstrained'])(
    'a session that starts with %s has a bookmark that rises with a write',
    async (session) => {
      const read = { method: 'first', sql: 'SELECT 1 AS one' } as const;
      const write = { method: 'exec', sql: `CREATE TABLE "${session}" (a)` } as const;

      const before = await probe(target.url, { session, d1: [read] });
      const none = await probe(target.url, { session, d1: [] });
      await probe(target.url, { d1: [write] });
      const after = await probe(target.url, { session: before.bookmark ?? '', d1: [read] });

      expect(before).toMatchObject({
        outcomes: [{ value: { one: 1 } }],
        bookmark: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/),
      });
      expect(none.bookmark).toBeNull();
      expect(after.bookmark?.localeCompare(before.bookmark ?? '')).toBe(1);
    },
  );
});
