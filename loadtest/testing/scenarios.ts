import { journey } from '../../reference-worker/shared-shards/journey.ts';
import { objectives } from '../../reference-worker/shared-shards/objectives.ts';
import { operationsOf, PROMISE_NAMES } from '../../reference-worker/target/index.ts';
import { SCENARIO_NAMES, type Scenario, type ScenarioName, scenarioOf, shapes } from '../scenarios/index.ts';

/** What the people of the reference system do. */
export const OPERATIONS = [...operationsOf(journey).keys()];

/** Every scenario, with the work of the reference system. */
export const scenarios = Object.fromEntries(
  SCENARIO_NAMES.map((name) => [
    name,
    scenarioOf(shapes[name], { journey, objectives, promises: PROMISE_NAMES }),
  ]),
) as Record<ScenarioName, Scenario>; // the keys are exactly these
