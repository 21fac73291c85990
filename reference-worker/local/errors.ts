export type PlatformErrorCode =
  | 'bad_command'
  | 'bad_plane'
  | 'bad_port'
  | 'corrupt_state'
  | 'port_in_use'
  | 'start_failed'
  | 'state_in_use'
  | 'worker_does_not_build';

/** Why the local platform did not start: the message names the mistake and the next step, the code is stable. */
export class PlatformError extends Error {
  readonly code: PlatformErrorCode;

  constructor(code: PlatformErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.name = 'PlatformError';
    this.code = code;
  }
}
