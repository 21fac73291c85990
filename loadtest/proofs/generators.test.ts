import { expect, test } from 'vitest';
import { latencyOf } from '../../reports/statistics/index.ts';
import { runScript } from '../benchmark/run-script.ts';
import { Scenario } from '../scenarios/index.ts';
import { ACCOUNT } from '../testing/journey-files.ts';
import { scenarios } from '../testing/scenarios.ts';
import { startTrivialTarget } from '../testing/trivial-target.ts';

/** k6 counts users and iterations through over all execution segments; nothing of ours does. */
const USERS = 60;
const HOLD_SECONDS = 6;
const LATE_MS = 250;

const scenario = Scenario.parse({
  ...scenarios.smoke,
  virtualUsers: USERS,
  thinkTimeMedianMs: 1000,
  phases: [
    { name: 'ramp', seconds: 2, share: 1, counts: false },
    { name: 'hold', seconds: HOLD_SECONDS, share: 1, counts: true },
  ],
});

test.each(['closed', 'open'] as const)(
  '%s: three generators are as many different people as one, and keep one schedule',
  async (model) => {
    const signedIn: string[] = [];
    const before = (path: string) => void (path.startsWith('/v1/users/') && signedIn.push(path));
    const target = await startTrivialTarget({ account: ACCOUNT, before });

    const aggregate = await runScript({
      scenario: { ...scenario, model },
      url: target.url,
      generators: 3,
    }).finally(target.stop);

    // As many names as users: no two generators share one.
    expect(new Set(signedIn).size).toBe(USERS);
    expect(aggregate.counters).toMatchObject({ stale_reads: 0, corrupt_bodies: 0, unexpected_status: 0 });
    const lateness = latencyOf(aggregate.lateness);
    // A generator that counted from 0 by itself would take its requests to be ever later, or too early.
    expect(lateness.p50Ms).toBeLessThan(LATE_MS);
  },
);
