/** What is told to whoever asked, instead of what was asked for. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 429;

  constructor(status: Refusal['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** Tells the log of what went wrong where nobody who asked has to know. */
export const warn = (event: string, key: string | readonly string[], cause: unknown): void =>
  console.warn(JSON.stringify({ event, key, cause: `${cause}` }));
