import type { Asked } from '../../../reference-worker/target/index.ts';

/**
 * Whether a request was refused as the client's mistake, and not because the server failed (RFC 9110, sections 15.5 and 15.6). A
 * Worker may refuse with a status that is no error, where its description knows it.
 */
export const isMistake = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' && response.status < 500;
