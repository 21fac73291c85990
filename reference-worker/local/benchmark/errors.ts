export type BenchmarkErrorCode =
  | 'bad_option'
  | 'disk_full'
  | 'interrupted'
  | 'no_data_set'
  | 'part_failed'
  | 'wrk_missing';

/** Why the benchmark stopped or did not start: the message names the next step, the code is stable. */
export class BenchmarkError extends Error {
  readonly code: BenchmarkErrorCode;

  constructor(code: BenchmarkErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.name = 'BenchmarkError';
    this.code = code;
  }
}
