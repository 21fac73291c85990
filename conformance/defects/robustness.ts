import type { Defect } from './defect.ts';
import { CREATE_DEFECTS } from './robustness-creates.ts';
import { FAILURE_DEFECTS } from './robustness-failures.ts';
import { ERROR_DEFECTS, HOSTILE_INPUT_DEFECTS } from './robustness-input.ts';
import { VALUE_DEFECTS } from './robustness-values.ts';
import { WRITE_FAILURE_DEFECTS } from './robustness-writes.ts';

/** What breaks when requests are hostile, or the platform fails. */
export const ROBUSTNESS_DEFECTS: readonly Defect[] = [
  ...HOSTILE_INPUT_DEFECTS,
  ...VALUE_DEFECTS,
  ...CREATE_DEFECTS,
  ...ERROR_DEFECTS,
  ...WRITE_FAILURE_DEFECTS,
  ...FAILURE_DEFECTS,
];
