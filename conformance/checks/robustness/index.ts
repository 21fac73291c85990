import type { Check } from '../check.ts';
import { clockSkew } from './clock-skew.ts';
import { createDoesNotReplace } from './create-does-not-replace.ts';
import { definiteOrUnknown } from './definite-or-unknown.ts';
import { errorsAreProblems } from './errors-are-problems.ts';
import { malformedInput } from './malformed-input.ts';
import { noPartialBatch } from './no-partial-batch.ts';
import { overloadNotAmplified } from './overload-not-amplified.ts';
import { readsSurvive } from './reads-survive.ts';
import { repeatedParameters } from './repeated-parameters.ts';
import { schemaBehind } from './schema-behind.ts';
import { slowShard } from './slow-shard.ts';
import { sqlInjection } from './sql-injection.ts';
import { sqlThroughKeys } from './sql-through-keys.ts';
import { valuesComeBack } from './values-come-back.ts';

/** What a Worker makes of hostile requests and of a platform that fails. */
export const ROBUSTNESS_CHECKS: readonly Check[] = [
  malformedInput,
  valuesComeBack,
  createDoesNotReplace,
  repeatedParameters,
  sqlInjection,
  sqlThroughKeys,
  errorsAreProblems,
  definiteOrUnknown,
  noPartialBatch,
  readsSurvive,
  overloadNotAmplified,
  clockSkew,
  schemaBehind,
  slowShard,
];
