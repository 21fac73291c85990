import {
  type CheckResult,
  CONFORMANCE_SCHEMA_VERSION,
  type ConformanceResult,
  type ConformanceWitness,
  type PromiseResult,
} from '../../schema/index.ts';
import { conformanceVerdict } from '../verdict.ts';

export const sampleWitness = (overrides: Partial<ConformanceWitness> = {}): ConformanceWitness => ({
  sentences: ['Because beech wrote clients/x version 1, alder must not see it.', 'However, alder read it.'],
  exchanges: [
    {
      account: 'alder',
      pop: 'LHR',
      curl: `curl -sS -i -H 'authorization: Bearer '"$SUBJECT_TOKEN" http://localhost:1234/v1/clients/x`,
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"id":"x","_version":1}',
    },
  ],
  files: ['witnesses/isolation-swapped-id/1/timeline.svg'],
  ...overrides,
});

export const sampleCheck = (overrides: Partial<CheckResult> = {}): CheckResult => ({
  id: 'isolation/swapped-id',
  area: 'isolation',
  title: "An id of another account's document leads to none.",
  requirements: ['A2', 'A7'],
  severity: 'critical',
  method: 'Asks for it.',
  source: 'conformance/checks/isolation/swapped-id.ts',
  verdict: 'PASS',
  reason: '12 claims hold, beside 6 controls.',
  claims: 12,
  controls: 6,
  broken: [],
  remarks: [],
  durationMs: 41.25,
  reproduce: 'npm run conformance -- --only isolation/swapped-id --seed 7',
  ...overrides,
});

export const failedCheck = (overrides: Partial<CheckResult> = {}): CheckResult =>
  sampleCheck({
    verdict: 'FAIL',
    reason: "It does not hold that a neighbour's document is absent.",
    broken: [
      { kind: 'claim', text: "a neighbour's document is absent", witness: sampleWitness() },
      { kind: 'claim', text: "a neighbour's document is not listed" },
    ],
    ...overrides,
  });

const others = (['consistency', 'cache', 'limits'] as const).map((area, index) =>
  sampleCheck({
    id: `${area}/sample`,
    area,
    severity: 'high',
    source: 'conformance/checks/registry.ts',
    verdict: (['PASS', 'INCONCLUSIVE', 'SKIPPED'] as const)[index] ?? 'PASS',
    reason: ['All hold.', 'The check broke off: Error: no', 'needs a Worker that uses KV'][index] ?? '',
    remarks: ['12 reads in 4 histories.'],
  }),
);

const samplePromise = (name: string, state: PromiseResult['state'], checks: string[]): PromiseResult => ({
  name,
  text: `that ${name} are kept`,
  state,
  checks,
});

/** One check of every verdict but VOID, unless told otherwise; the verdict follows from them. */
export function sampleConformance(overrides: Partial<ConformanceResult> = {}): ConformanceResult {
  const checks = overrides.checks ?? [failedCheck(), ...others];
  const doubts = overrides.doubts ?? [];
  return {
    schemaVersion: CONFORMANCE_SCHEMA_VERSION,
    runId: '2026-11-21T210000000Z-conformance',
    kind: 'conformance',
    startedAt: '2026-11-21T21:00:00.000Z',
    finishedAt: '2026-11-21T21:00:12.500Z',
    verdict: conformanceVerdict({ checks, areChosen: false, doubts }),
    reproduce: 'npm run conformance -- --seed 7',
    environment: {
      commit: '0123456789abcdef0123456789abcdef01234567',
      uncommittedChanges: false,
      platform: 'linux x64',
      cpuModel: 'Example CPU @ 2.40GHz',
      cpuCount: 2,
      memoryBytes: 25_769_803_776,
      nodeVersion: '24.21.0',
      workerdVersion: '1.20261023.1',
    },
    target: { kind: 'local', name: 'the reference Worker', adapter: 'reference', accounts: [] },
    seed: 7,
    effort: 'full',
    only: [],
    doubts,
    checks,
    promises: [
      samplePromise('versions', 'held', ['consistency/sample']),
      samplePromise('exact-json', 'broken', ['isolation/swapped-id']),
      samplePromise('merge-patch', 'not promised', []),
    ],
    ...overrides,
  };
}
