/** A run that cannot be judged, stored or read back: what is wrong, a code to search for, and what to do next. */
export class ReportError extends Error {
  readonly code: string;
  readonly next: string;

  constructor(code: string, message: string, next: string, options?: ErrorOptions) {
    super(`${message} ${next}`, options);
    this.name = 'ReportError';
    this.code = code;
    this.next = next;
  }
}
