import { errorsOf } from '../../reports/command/errors/index.ts';

/** Why the local platform did not start, or did not do what it was told. */
export const PlatformError = errorsOf('PlatformError', {
  bad_command: 'refused',
  bad_behaviour: 'refused',
  bad_configuration: 'refused',
  bad_migration: 'refused',
  bad_port: 'refused',
  corrupt_state: 'refused',
  no_platform: 'refused',
  not_supported: 'refused',
  port_in_use: 'refused',
  start_failed: 'refused',
  state_in_use: 'refused',
  worker_does_not_build: 'failed',
});
export type PlatformError = InstanceType<typeof PlatformError>;
