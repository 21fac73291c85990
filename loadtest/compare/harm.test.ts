import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Behaviour } from '../../reference-worker/local/behaviour/index.ts';
import { placements } from '../../reference-worker/shared-shards/placements.ts';
import { mergeLatencies } from '../../reports/statistics/index.ts';
import { findK6 } from '../k6-binary/find-k6.ts';
import { withOverrides } from '../scenarios/index.ts';
import { subjectOf } from '../system.ts';
import { system } from '../testing/reference.ts';
import { runExperiment } from './experiment.ts';
import { explain } from './explanation.ts';
import { neighbours } from './neighbours/index.ts';
import { blockScenario } from './testing/block-scenario.ts';
import { treatmentOf } from './treatment-result.ts';
import { placementTreatments } from './treatments.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * The real thing, small: with D1's service time modelled, what a neighbour does to the primary of the shared shard is felt
 * by whoever writes there, and by nobody on a D1 of its own. Whether the machine was quiet is not asked: queues are counted,
 * and the service time that fills them is the model's.
 */
test('a write storm queues before the writes of the shared shard, and not before those of a dedicated one', async () => {
  const { signal } = new AbortController();
  const k6 = await findK6();
  const treatments = placementTreatments(neighbours['write-storm'], placements);

  const blocks = await runExperiment({
    ...{ subject: await subjectOf(system), treatments, pairs: 2, k6, signal },
    scenario: withOverrides(blockScenario, { virtualUsers: 40, sizeBytes: 8e6, holdSeconds: 6 }),
    behaviour: Behaviour.parse({ latency: 'uk-eu' }),
    behaviourGiven: 'uk-eu',
    root: ROOT,
  });

  const [shared, beside, dedicated] = treatments.map((treatment) =>
    treatmentOf(
      treatment,
      blocks.filter((block) => block.treatment === treatment),
      [],
    ),
  );
  if (!shared || !beside || !dedicated) throw new Error('a treatment is missing');
  const writeP50 = ({ operations }: typeof shared): number =>
    mergeLatencies(operations.filter(({ name }) => name === 'add-note').map(({ latency }) => latency)).p50Ms;
  expect(writeP50(beside)).toBeGreaterThan(2 * writeP50(shared));
  expect(writeP50(dedicated)).toBeLessThan(writeP50(beside) / 2);
  expect(explain(beside, placements.underTest, 'shard-eu-1')).toMatchObject({
    saturatesFirst: 'primary of shard-eu-1',
    sentence: expect.stringContaining('gives way first'),
  });
  expect(explain(dedicated, placements.underTest, 'shard-acme').sentence).toContain(
    'The write-storm keeps the primary of shard-eu-1',
  );
  expect(blocks.map(({ neighbour }) => neighbour?.isolationViolations ?? 0)).toEqual([0, 0, 0, 0, 0, 0]);
}, 300_000);
