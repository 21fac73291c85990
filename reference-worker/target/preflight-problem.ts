import { z } from 'zod';
import { CommandError } from '../../reports/command/errors/index.ts';
import type { Asked } from './client.ts';
import { parsedJson } from './parsed-json.ts';
import { describeSkew } from './skew.ts';
import type { TestAccount } from './test-account.ts';
import type { TransportError } from './transport.ts';

/** A mistake that leaves nothing to judge: what is wrong and what to do, under a stable name. Such a run is VOID. */
export class PreflightError extends CommandError {
  constructor(code: string, sentences: string, options?: ErrorOptions) {
    super(code, 'void', sentences, options);
    this.name = 'PreflightError';
  }
}

export function unreachable({ urls }: TestAccount, cause: TransportError): PreflightError {
  const code = z.object({ cause: z.object({ code: z.string() }) }).safeParse(cause);
  const why = code.success ? code.data.cause.code : String(cause.cause ?? cause.message);
  const url = Object.values(urls)[0] ?? '';
  const message = `No whole answer came from ${url} (${why}). Check the URL and the network, and that the Worker runs.`;
  return new PreflightError('unreachable', message, { cause });
}

/**
 * What is wrong with the answer to a request that any Worker should have understood; undefined when nothing is.
 *
 * @param asked a read of a document that nobody has written, or a write
 * @param skewMs how far the target's clock is ahead, if it is known
 */
export function preflightProblemOf(
  asked: Asked,
  account: TestAccount,
  skewMs?: number,
): PreflightError | undefined {
  const { url, response, answer, operation } = asked;
  const { status, headers, body } = response;
  const whose = `the ${account.role} (${account.id})`;
  if (status >= 300 && status < 400 && status !== 304)
    return new PreflightError(
      'redirected',
      `${url} redirects (${status}) to ${headers.location ?? 'somewhere else'}. Give the URL of the Worker itself.`,
    );
  // 403 may also say that there is no such document, or none for this account.
  if (status === 401 || (status === 403 && answer.outcome !== 'absent'))
    return new PreflightError(
      'token_refused',
      `The token of ${whose} is refused by ${url} (${status}). ${adviceOnToken(account.token, skewMs)}`,
    );
  if (status === 429)
    return new PreflightError(
      'rate_limited',
      `${url} answers 429${body.includes('1015') ? ", and it is Cloudflare's own rate limit that does (error 1015)" : ''}: it takes no more requests from this address. Wait, or except the address from the rule.`,
    );
  if (status >= 500)
    return new PreflightError(
      'target_failing',
      `${url} answers ${status} to a plain ${operation.kind}. Look at its logs: a binding, a migration or a secret may be missing.`,
    );
  if (/text\/html/i.test(headers['content-type'] ?? '') || /^\s*<(!doctype|html)/i.test(body))
    return new PreflightError(
      'not_json',
      `${url} answers with a web page (${status}), not with JSON. Check the URL, and what stands in front of the Worker, as a login page.`,
    );
  if (answer.unreadable !== undefined)
    return new PreflightError(
      'wrong_description',
      `The description cannot read the answer of ${url} (${status}): ${answer.unreadable.replaceAll(/\s+/g, ' ')}. Give the description of this Worker with --config.`,
    );
  if (operation.kind === 'read' && answer.outcome !== 'absent')
    return new PreflightError(
      'wrong_description',
      `${url} answers ${status}${answer.code ? ` ${answer.code}` : ''} for a document that nobody has written, and the description calls that "${answer.outcome}" instead of "absent". Check the URL, and give the description of this Worker with --config.`,
    );
  return undefined;
}

const Claims = z.object({ exp: z.number() });

/** A token that is a JWT (RFC 7519) says when it expires; which clock is wrong can then be told. */
function adviceOnToken(token: string, skewMs: number | undefined): string {
  const claims = Claims.safeParse(parsedJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));
  if (!claims.success) return 'Get a new one for this account, and check that it is meant for this Worker.';
  const leftMs = claims.data.exp * 1_000 - Date.now();
  if (leftMs <= 0) return `It expired ${Math.round(-leftMs / 1_000)} s ago: get a new one.`;
  if (skewMs !== undefined && leftMs <= skewMs)
    return `It has expired by the target's clock, which is ${describeSkew(skewMs)}: set the clock that is wrong.`;
  return 'It has not expired: check that it is of this account and signed with the key of this Worker.';
}
