import type { Asked } from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';
import { isMistake, lackOfProblem } from '../kit/index.ts';

/**
 * Judges that something over a limit was refused as the client's mistake (4xx, where what a status means is promised), which a client does not repeat, and not
 * as a failure of the server, which it does; and, where errors are promised to be problem documents, by one.
 *
 * @param what as the subject of a sentence
 */
export function judgeRefused(
  { target, evidence }: Pick<Context, 'target' | 'evidence'>,
  what: string,
  asked: Asked,
): boolean {
  const isError = asked.response.status >= 400 || target.lacks('http-semantics') !== undefined;
  if (target.lacks('problem-documents') === undefined && asked.response.status >= 400) {
    const lack = lackOfProblem(asked.response);
    evidence.claim(`the refusal of ${what} is a whole problem document`, lack === undefined, {
      sentences: [`A problem document has type, title, status, code, definite and next. However, ${lack}.`],
      exchanges: [asked],
    });
  }
  return evidence.claim(`${what} is refused as the client's mistake`, isMistake(asked) && isError, [asked]);
}
