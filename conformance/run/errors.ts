import { errorsOf } from '../../reports/command/errors/index.ts';

/** What a conformance run refuses before it starts. */
export const ConformanceError = errorsOf('ConformanceError', {
  cannot_clean_up: 'refused',
  bad_tokens: 'refused',
});
export type ConformanceError = InstanceType<typeof ConformanceError>;
