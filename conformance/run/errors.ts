/** A mistake on the command line or in a file that it names: what is wrong, and what to do. Nothing was started. */
export class ConformanceError extends Error {
  readonly code: string;

  /** @param code a stable, lower-case word such as `bad_option`; printed in front of the message */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.name = 'ConformanceError';
    this.code = code;
  }
}
