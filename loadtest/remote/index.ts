/** A target that runs somewhere: whether it may be loaded, whether it can be, and what is left of it. */
export { assertCleanable, takenBack } from './clean-up.ts';
export { loadFlags, lookBefore, type RemoteLoad, readRemoteLoad, remoteFlags } from './remote-load.ts';
