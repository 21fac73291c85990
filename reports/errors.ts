import { errorsOf } from './command/errors/index.ts';

/** Why a run cannot be judged, stored or read back. */
export const ReportError = errorsOf('ReportError', {
  no_such_run: 'refused',
  histogram_unreadable: 'refused',
  run_schema_version: 'refused',
  run_invalid: 'refused',
  run_unreadable: 'refused',
  run_id: 'refused',
  runs_folder: 'refused',
  no_sample: 'refused',
  no_chromium: 'refused',
  too_few_pairs: 'refused',
  figure_missing: 'refused',
  too_noisy: 'refused',
  run_exists: 'refused',
  run_not_found: 'refused',
  run_kind: 'refused',
  signal_bound: 'refused',
});
export type ReportError = InstanceType<typeof ReportError>;
