import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Behaviour, operationsOf } from '../../reference-worker/target/index.ts';
import { loadTestSystem } from '../../reference-worker/target/testing/index.ts';
import type { RunResult } from '../../reports/index.ts';
import { runExperiment } from '../compare/index.ts';
import { neighbours } from '../compare/neighbours/index.ts';
import { blockShape } from '../compare/scenario.ts';
import { placementTreatments } from '../compare/treatments.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { scenarioOf, withOverrides } from '../scenarios/index.ts';
import { subjectOf } from '../system.ts';

/**
 * Three Workers of shapes that strangers' Workers have are seeded and loaded by their descriptions alone, shared beside a neighbour and
 * dedicated: two headers that show who is asking; forms that are answered by redirects, with the position in a cookie; a sign-in by a
 * form with a CSRF token, and 200 for everything.
 */
const ROOT = join(import.meta.dirname, '..', '..');

const brokenGuarantees = ({ signals }: Pick<RunResult, 'signals'>): string[] =>
  signals.flatMap(({ id, kind, holds }) => (kind === 'safety' && !holds ? [id] : []));

describe.each(['reading', 'shop', 'memos'] as const)('%s', (name) => {
  test('keeps every guarantee in both placements, and fails no request', async () => {
    const subject = await subjectOf(await loadTestSystem(name));
    const [, beside, dedicated] = placementTreatments(neighbours.tenants, subject.placements);
    // Ten think times, which is as long as it takes until all of them are at work.
    const phases = blockShape.phases.map((phase) => ({ ...phase, seconds: 2 }));
    const shape = { ...blockShape, phases, thinkTimeMedianMs: 200 };
    const scenario = withOverrides(scenarioOf(shape, subject.system), {
      ...{ virtualUsers: 20, sizeBytes: 2e6, holdSeconds: 5 },
    });

    const blocks = await runExperiment({
      ...{ subject, pairs: 1, scenario, behaviourGiven: 'instant', root: ROOT },
      treatments: [beside, dedicated].filter((each) => each !== undefined),
      behaviour: Behaviour.parse({}),
      k6: await findK6(),
      signal: new AbortController().signal,
    });

    const operations = [...operationsOf(subject.system.journey).keys()].sort();
    for (const { treatment, result, neighbour } of blocks) {
      expect([treatment.name, brokenGuarantees(result)]).toEqual([treatment.name, []]);
      expect(result.operations.map(({ name: operation, failures }) => [operation, failures]).sort()).toEqual(
        operations.map((operation) => [operation, 0]),
      );
      expect(result.verification.documentsChecked).toBeGreaterThan(200);
      expect(neighbour).toMatchObject({ failures: 0, isolationViolations: 0, corruptBodies: 0 });
      expect(neighbour?.requests).toBeGreaterThan(10);
    }
    expect(blocks.map(({ treatment }) => treatment.name).sort()).toEqual([
      'dedicated',
      'shared-with-neighbour',
    ]);
  }, 300_000);
});
