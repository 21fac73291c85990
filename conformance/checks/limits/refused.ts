import type { Asked } from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';
import { isMistake } from '../kit/index.ts';

/**
 * Judges that something over a limit was refused as the client's mistake (4xx, where what a status means is promised), which a client does not repeat, and not
 * as a failure of the server, which it does.
 *
 * @param what as the subject of a sentence
 */
export function judgeRefused(
  { target, evidence }: Pick<Context, 'target' | 'evidence'>,
  what: string,
  asked: Asked,
): boolean {
  const isError = asked.response.status >= 400 || target.lacks('http-semantics') !== undefined;
  return evidence.claim(`${what} is refused as the client's mistake`, isMistake(asked) && isError, [asked]);
}
