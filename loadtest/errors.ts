import { errorsOf } from '../reports/command/errors/index.ts';

/** What a load test refuses before it starts: nothing can be measured then. */
export const LoadTestError = errorsOf('LoadTestError', {
  no_baseline: 'refused',
  not_comparable: 'refused',
  run_too_short: 'refused',
  run_void: 'refused',
  same_run: 'refused',
  load_broken: 'refused',
  runner_result_missing: 'refused',
  runner_result_broken: 'refused',
  runner_load_differs: 'refused',
  target_not_agreed: 'refused',
  block_stopped: 'failed',
  cluster_refused: 'refused',
  k6_unusable: 'refused',
  k6_missing: 'refused',
  rung_too_short: 'refused',
  bad_objectives: 'refused',
  bad_rate: 'refused',
  bad_tenants: 'refused',
  not_a_probe: 'refused',
  probe_failed: 'failed',
  calibration_budget: 'failed',
  not_calibrated: 'refused',
});
export type LoadTestError = InstanceType<typeof LoadTestError>;
