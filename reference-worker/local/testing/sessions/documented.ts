import { sessionsWorker } from './pattern.ts';

/** As documented. */
export default sessionsWorker({
  start: (incoming) => incoming ?? 'first-unconstrained',
  returns: () => true,
});
