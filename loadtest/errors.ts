/** A mistake or a missing prerequisite, in one sentence that says what is wrong and one that says what to do. */
export class LoadTestError extends Error {
  readonly code: string;

  /** @param code a stable, lower-case word such as `k6_missing`; printed in front of the message */
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'LoadTestError';
    this.code = code;
  }
}
