import { sessionsWorker } from './pattern.ts';

/** Returns the bookmark, and does not read it when it comes back. */
export default sessionsWorker({ start: () => '', returns: () => true });
