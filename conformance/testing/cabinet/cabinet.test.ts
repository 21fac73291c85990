import { expect, test } from 'vitest';
import { areaOf, type Check } from '../../checks/check.ts';
import { CHECKS } from '../../checks/registry.ts';
import type { Outcome } from '../../checks/run-check.ts';
import { applyDefect } from '../../defects/apply.ts';
import { runChecks } from '../../run/index.ts';
import { system } from './cabinet.ts';
import { own } from './cabinet-local.ts';

/** A Worker of another shape joins with an system of at most 60 lines, and the same checks judge it. */
const run = (checks: readonly Check[], entry = own.entry): Promise<Outcome[]> =>
  runChecks({
    system,
    checks,
    own: { ...own, entry },
    seed: 1,
    effort: 'fast',
    signal: new AbortController().signal,
    onOutcome: () => undefined,
  });

test('the cabinet passes every check whose needs it meets', async () => {
  const outcomes = await run(CHECKS);

  const judged = outcomes.filter(({ verdict }) => verdict !== 'SKIPPED');
  const told = judged.map(({ check, verdict, reason }) =>
    verdict === 'PASS' ? '' : `${check.id} ${verdict}: ${reason}`,
  );
  expect(told.filter((text) => text !== '')).toEqual([]);
  expect(judged.length).toBeGreaterThan(CHECKS.length / 3);
  expect(new Set(judged.map(({ check }) => areaOf(check)))).toContain('isolation');
  expect(new Set(judged.map(({ check }) => areaOf(check)))).toContain('consistency');
});

const DEFECTS = [
  {
    id: 'cabinet/reads-any-account',
    check: 'isolation/swapped-id',
    file: 'cabinet-statements.ts',
    find: "OWN = 'account = ?1 AND",
    replace: "OWN = '?1 = ?1 AND",
  },
  {
    id: 'cabinet/position-ignored',
    check: 'consistency/read-your-writes',
    file: 'cabinet-worker.ts',
    find: "if (token === undefined) return 'first-unconstrained';",
    replace: "if (token !== '') return 'first-unconstrained';",
  },
  {
    // Who is asking is in a cookie, and the key of this cache tells readers apart by another header.
    id: 'cabinet/edge-cache-by-authorization',
    check: 'cache/edge-answer-for-its-reader',
    file: 'cabinet-worker.ts',
    find: 'export default app;',
    replace: `export default {
  async fetch(request: Request, env: never, context: never): Promise<Response> {
    if (request.method !== 'GET') return app.fetch(request, env, context);
    const key = new URL(request.url);
    key.searchParams.set('who', request.headers.get('authorization') ?? '');
    const hit = await caches.default.match(key.href);
    if (hit) return hit;
    const response = await app.fetch(request, env, context);
    const kept = new Response(response.clone().body, response);
    kept.headers.set('cache-control', 'public, max-age=60');
    if (response.ok) await caches.default.put(key.href, kept);
    return response;
  },
};`,
  },
];

test.each(DEFECTS)('$id is caught by $check', async ({ id, check, ...edit }) => {
  const source = { folder: import.meta.dirname, entry: 'cabinet-worker.ts' };
  const { entry, remove } = applyDefect({ id, title: '', check, edits: [edit] }, source);
  try {
    const [outcome] = await run(
      CHECKS.filter((each) => each.id === check),
      entry,
    );

    expect(outcome).toMatchObject({ verdict: 'FAIL' });
  } finally {
    remove();
  }
});
