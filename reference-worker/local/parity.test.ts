import { afterAll, beforeAll, describe } from 'vitest';
import { describeD1 } from './test/d1-suite.ts';
import { describeKv } from './test/kv-suite.ts';
import { probe } from './test/probe.ts';
import { type Target, targets } from './test/targets.ts';

/**
 * workerd's D1 and KV clients must not be able to tell the data plane from miniflare's D1 and KV. Differences
 * that are left, on purpose: row and string limit (2,000,000 bytes here as documented, 4 MiB in miniflare),
 * ` at offset N` in syntax errors (node:sqlite does not give it), the text that refuses BEGIN, named
 * parameters (D1 documents none), and functions that D1 does not offer (all of SQLite's are callable here).
 */
describe.each(Object.entries(targets))('%s', (_, start) => {
  let target: Target;
  beforeAll(async () => {
    target = await start();
  });
  afterAll(() => target.stop());

  describeD1(async (...calls) => (await probe(target.url, { d1: calls })).outcomes);
  describeKv(async (...calls) => (await probe(target.url, { kv: calls })).outcomes);
});
