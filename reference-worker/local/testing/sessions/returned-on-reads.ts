import { sessionsWorker } from './pattern.ts';

/** The client never learns the position of its own write. */
export default sessionsWorker({
  start: (incoming) => incoming ?? 'first-unconstrained',
  returns: (method) => method === 'GET',
});
