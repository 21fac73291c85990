import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../reports/schema/index.ts';
import { sampleResult } from '../../reports/testing/sample-result.ts';
import { outcomeOfStored, renderStored } from './console.ts';
import { compareStoredRuns } from './stored-runs.ts';

let runs = 0;
/** A hold of 60 s in which seconds differ by chance, and one run from the other by a factor. */
function run(factor: number, overrides: Partial<RunResult> = {}): RunResult {
  const sample = sampleResult();
  const timeline = Array.from({ length: 100 }, (_, second) => {
    const chance = 1 + 0.04 * Math.sin(second * second);
    return {
      ...{ second, virtualUsers: 4000, failures: 0, requests: 900 },
      p50Ms: 3 * chance,
      p95Ms: 20 * chance * factor,
    };
  });
  runs += 1;
  const runId = `run-${runs}`;
  const startedAt = new Date(Date.UTC(2026, 10, 22, runs % 24, 0, runs % 60)).toISOString();
  return { ...sample, runId, startedAt, timeline, ...overrides };
}

describe('two stored runs', () => {
  test('that are equal but for chance show no regression', () => {
    const { figures, regressions, open } = compareStoredRuns(run(1), run(1.02));

    expect([regressions, open]).toEqual([[], []]);
    expect(figures.map(({ finding, pairs }) => [finding, pairs])).toEqual([
      ['none', 6],
      ['none', 6],
      ['none', 6],
    ]);
  });

  test('that are too uneven to tell show neither that it is worse nor that it is not', () => {
    const uneven = run(1);
    const timeline = uneven.timeline.map((second, at) => ({
      ...second,
      p95Ms: second.p95Ms * (Math.floor(at / 10) % 2 === 0 ? 0.6 : 1.7),
    }));

    const compared = compareStoredRuns(run(1), { ...uneven, timeline });

    expect(compared.regressions).toEqual([]);
    expect(compared.open).toEqual([expect.stringMatching(/^p95 of a second/)]);
    expect(outcomeOfStored(compared)).toBe('INCONCLUSIVE');
    expect(renderStored(compared, { baseline: 'a', candidate: 'b' })).not.toMatch(/✓|No regression/);
  });

  test('of which the second is slower show by how much', () => {
    const { figures, regressions } = compareStoredRuns(run(1), run(1.3));

    expect(regressions).toEqual(['p95 of a second is higher']);
    expect(figures[1]?.ratio).toBeCloseTo(1.3);
    expect(figures[1]?.interval95.low).toBeGreaterThan(1.2);
  });

  test('of which the second is faster show no regression', () => {
    expect(compareStoredRuns(run(1.3), run(1)).regressions).toEqual([]);
  });

  test('of which only the second fails are a regression, however fast it is', () => {
    const verdict = { outcome: 'FAIL', signal: 'stale-reads', reason: 'One read was stale.' } as const;

    expect(compareStoredRuns(run(1), run(0.5, { verdict })).regressions).toEqual([
      'it fails now: One read was stale.',
    ]);
  });

  test('of which one was made after a reboot, which left the kernel a little more memory, may be compared', () => {
    const { environment } = run(1);
    const rebooted = { ...environment, memoryBytes: environment.memoryBytes + 4096 };

    expect(() => compareStoredRuns(run(1), run(1, { environment: rebooted }))).not.toThrow();
  });

  test('of other commits may be compared: that is what it is for', () => {
    const environment = { ...run(1).environment, commit: 'fedcba' };

    expect(() => compareStoredRuns(run(1), run(1, { environment }))).not.toThrow();
  });
});

describe('refused are', () => {
  const { environment, scenario, topology, behaviour } = run(1);
  const verdict = { outcome: 'VOID', signal: 'machine-cpu', reason: 'Every core was busy.' } as const;
  const [account] = topology.accounts;
  if (!account) throw new Error('the sample has no account');
  test.each<[string, Partial<RunResult>, string]>([
    ['other machines', { environment: { ...environment, cpuCount: 8 } }, 'not_comparable.*cores'],
    ['other versions of k6', { environment: { ...environment, k6Version: '3.0.0' } }, 'not_comparable.*k6'],
    ['other scenarios', { scenario: { ...scenario, virtualUsers: 9 } }, 'not_comparable.*scenario'],
    [
      'other sizes',
      { topology: { ...topology, accounts: [{ ...account, documents: 1 }] } },
      'not_comparable.*documents',
    ],
    [
      'databases without and with replicas',
      { behaviour: { ...behaviour, readReplication: 'disabled' } },
      'not_comparable.*behaviour',
    ],
    ['other behaviours', { behaviour: { ...behaviour, seed: 99 } }, 'not_comparable.*behaviour'],
    [
      'other versions of workerd',
      { environment: { ...environment, workerdVersion: '1.0' } },
      'not_comparable.*workerd',
    ],
    ['void runs', { verdict }, 'run_void.*Every core was busy'],
    [
      'void runs, whatever else differs',
      { verdict, environment: { ...environment, cpuCount: 8 } },
      'run_void',
    ],
    ['short runs', { timeline: run(1).timeline.slice(0, 65) }, 'run_too_short'],
  ])('%s', (_, overrides, expected) => {
    expect(() => compareStoredRuns(run(1), run(1, overrides))).toThrow(new RegExp(expected));
  });

  test('a run against itself, and against a copy under another name', () => {
    const one = run(1);

    expect(() => compareStoredRuns(one, one)).toThrow(/^same_run/);
    expect(() => compareStoredRuns(one, { ...one, runId: 'copy' })).toThrow(/^same_run/);
  });
});
