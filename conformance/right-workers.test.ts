import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTiny, testAccount } from '../reference-worker/target/tiny-target.testing.ts';
import { CHECKS, type CheckOutcome } from './checks/index.ts';
import { runRemoteChecks } from './run/run-remote.ts';
import { type Manner, plainAdapter, plainStore } from './testing/plain-store.ts';

/** Workers that keep what they promise, each in a manner that some check could have taken for a fault. */
const MANNERS: readonly (readonly [string, Manner])[] = [
  [
    'that answers writes with nothing, and lists everything at once',
    { writes: 'empty', versions: 'none', absent: 404, lists: 'whole', isIdempotent: true },
  ],
  [
    'whose versions are whole seconds and whose last page is empty',
    { writes: 'document', versions: 'seconds', absent: 403, lists: 'pages', isIdempotent: false },
  ],
];

describe.each(MANNERS)('a Worker %s', (_, manner) => {
  let server: Server | undefined;
  let outcomes: readonly CheckOutcome[] = [];
  beforeAll(async () => {
    const tiny = await startTiny(plainStore(manner).answer);
    server = tiny.server;
    const accounts = [
      testAccount('subject', 'alder', tiny.url, 'key-of-alder'),
      testAccount('neighbour', 'beech', tiny.url, 'key-of-beech'),
    ];
    const ran = await runRemoteChecks({
      ...{ system: plainAdapter(manner), accounts, checks: CHECKS, seed: 1, effort: 'fast' },
      signal: new AbortController().signal,
      onOutcome: () => undefined,
      onCleanUp: () => undefined,
    });
    outcomes = ran.outcomes;
  }, 60_000);
  afterAll(() => void server?.close().closeAllConnections());

  test('is accused of nothing: it passes, or is not judged and told why', () => {
    const told = outcomes
      .filter(({ verdict }) => verdict !== 'PASS' && verdict !== 'SKIPPED')
      .map(({ check, verdict, reason }) => `${check.id} ${verdict}: ${reason}`);

    expect(told).toEqual([]);
  });

  test('is judged by what it offers', () => {
    const judged = outcomes.filter(({ verdict }) => verdict === 'PASS').map(({ check }) => check.id);

    expect(judged).toEqual(
      expect.arrayContaining([
        'isolation/swapped-id',
        'isolation/list-and-filter',
        'robustness/malformed-input',
      ]),
    );
    expect(judged.length).toBeGreaterThan(15);
    for (const { verdict, reason } of outcomes.filter((each) => each.verdict === 'SKIPPED'))
      expect(reason, verdict).toMatch(/^needs .+/);
  });
});
