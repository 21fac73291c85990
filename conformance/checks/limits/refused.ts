import type { Asked } from '../../../reference-worker/target/index.ts';
import type { CheckEvidence } from '../evidence.ts';
import { isMistake } from '../kit/index.ts';

/**
 * Judges that something over a limit was refused as the client's mistake (4xx), which a client does not repeat, and not
 * as a failure of the server, which it does.
 *
 * @param what as the subject of a sentence
 */
export const judgeRefused = (evidence: CheckEvidence, what: string, asked: Asked): boolean =>
  evidence.claim(`${what} is refused as the client's mistake`, isMistake(asked), [asked]);
