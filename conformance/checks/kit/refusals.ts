import type { Asked } from '../../../reference-worker/target/index.ts';

/**
 * Whether a request was refused as the client's mistake, and not because the server failed (RFC 9110, sections 15.5 and 15.6). A
 * Worker may refuse with a status that is no error, where its description knows it.
 */
export const isMistake = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' && response.status < 500;

/** Whether who asked was refused (RFC 9110, sections 15.5.2 and 15.5.4). */
export const isLockedOut = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' && [401, 403].includes(response.status);

/** Whether a request was refused for now: what it needs does not answer (RFC 9110, section 15.6.4). */
export const isRefusedForNow = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' && response.status === 503;
