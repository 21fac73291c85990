import type { SCENARIO_NAMES } from './names.ts';
import { officeDay } from './office-day.ts';
import { peakRate } from './peak-rate.ts';
import { readers } from './readers.ts';
import type { ScenarioShape } from './scenario.ts';
import { smoke } from './smoke.ts';
import { soak } from './soak.ts';
import { spike } from './spike.ts';
import { steady } from './steady.ts';
import { step } from './step.ts';

export { SCENARIO_NAMES } from './names.ts';
export { readObjectivesFile } from './objectives-file.ts';
export { withOverrides } from './overrides.ts';
export {
  askedByPeople,
  atFullSize,
  type Described,
  durationSecondsOf,
  judgedCounters,
  meanThinkTimeMs,
  type OperationOfRun,
  offeredPerSecond,
  operationsIn,
  peopleThinkMs,
  Scenario,
  type ScenarioShape,
  SLOW_MOTION_MAX,
  scenarioOf,
  USERS_MAX,
} from './scenario.ts';
export { isLadder } from './step.ts';

/** The shape of every scenario by its name; `steady` is what a run does unless told otherwise. */
export const shapes = {
  steady,
  'office-day': officeDay,
  'peak-rate': peakRate,
  spike,
  soak,
  step,
  smoke,
  readers,
} as const satisfies Readonly<Record<(typeof SCENARIO_NAMES)[number], ScenarioShape>>;

export type ScenarioName = keyof typeof shapes;
