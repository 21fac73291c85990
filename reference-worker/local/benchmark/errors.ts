import { errorsOf } from '../../../reports/command/errors/index.ts';

/** Why the benchmark of the local platform stopped or did not start. */
export const BenchmarkError = errorsOf('BenchmarkError', {
  disk_full: 'refused',
  no_data_set: 'refused',
  part_failed: 'failed',
  wrk_missing: 'refused',
});
export type BenchmarkError = InstanceType<typeof BenchmarkError>;
