import { sessionsWorker } from './pattern.ts';

/** Somebody found reads faster that way. */
export default sessionsWorker({ start: () => 'first-unconstrained', returns: () => true });
