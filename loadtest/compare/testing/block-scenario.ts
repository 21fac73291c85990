import { scenarioOf } from '../../scenarios/index.ts';
import { system } from '../../testing/reference.ts';
import { blockShape } from '../scenario.ts';

/** The load of one block, with the work of the reference system. */
export const blockScenario = scenarioOf(blockShape, system);
