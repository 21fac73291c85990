import {
  type Asked,
  accountOf,
  Client,
  encode,
  type Operation,
  resourceWith,
  routeTo,
  TransportError,
} from '../../../reference-worker/target/index.ts';
import type { Check } from '../check.ts';
import { documentBody } from '../kit/index.ts';
import { judgeRefused } from './refused.ts';

/** The largest request that Cloudflare lets through on its smaller plans (developers.cloudflare.com/workers/platform/limits). */
const PLATFORM_MAX_BYTES = 100_000_000;
const TRIED_BYTES = 8_000_000;
/** With a Content-Length, which a server can refuse before it reads; and in chunks, of which it must count the bytes. */
const WAYS = { '': {}, '-chunked': { 'transfer-encoding': 'chunked' } } as const;

const OTHER_ROUTES = ['create', 'patch', 'batch'] as const;

export const requestSize: Check = {
  id: 'limits/request-size',
  title: 'A request of the largest stated size is read; a larger one is refused before anything is written.',
  requirements: ['A6', 'B10'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['put', 'read'],
  method:
    'Small documents are written by requests that blanks after the JSON blow up to exactly the limit and to one byte ' +
    'more, so that nothing but the size of the request can be the reason of a refusal, which may be a closed ' +
    "connection. Both are sent with their length, and in chunks without it (RFC 9112, section 7.1), and larger ones by every other route that writes. Without such a limit a few requests fill a Worker's 128 MB for every account that it serves.",
  async run({ target, evidence, unique }) {
    const client = new Client(target, accountOf(target, 'subject'));
    const { requestMaxBytes } = target.system.limits;
    const maxBytes = Math.min(requestMaxBytes ?? TRIED_BYTES, PLATFORM_MAX_BYTES);
    if (requestMaxBytes === undefined)
      evidence.remark('No largest request is stated, so one of any size may be done or refused.');
    const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'read'] });
    const put = (name: string, bytes: number, headers: Readonly<Record<string, string>> = {}) => {
      const handle = { resource: resource.name, id: unique(name) };
      const operation: Operation = { kind: 'put', ...handle, body: documentBody(resource, name) };
      const { body = '' } = encode(target.system, operation);
      return client.ask(operation, { body: body.padEnd(bytes, ' '), headers });
    };
    const judgeWritten = async (name: string, asked: Asked | undefined) => {
      const read = await client.ask({ kind: 'read', resource: resource.name, id: unique(name) });
      evidence.claim(
        `the ${name} request has written if it says so, and nothing if not`,
        (read.answer.outcome === 'ok') === (asked?.answer.outcome === 'ok'),
        [...(asked ? [asked] : []), read],
      );
    };
    const small = await put('small', 100);
    evidence.served('blanks after the JSON are nothing wrong', small.answer.outcome === 'ok', [small]);
    for (const [way, headers] of Object.entries(WAYS)) {
      const names = { largest: `largest${way}`, over: `larger${way}` };
      const largest = await unlessClosed(put(names.largest, maxBytes, headers));
      // A server may insist on a length (RFC 9110, section 15.5.12).
      const isDone = largest?.answer.outcome === 'ok' || (way !== '' && largest?.response.status === 411);
      if (requestMaxBytes !== undefined)
        evidence.claim(`${said(maxBytes)} is done${way && `, ${way.slice(1)} too`}`, isDone, {
          sentences: [
            `Because requests of up to ${maxBytes} bytes are stated to be accepted, ${said(maxBytes)} is done.`,
            `However, ${largest ? `it was answered ${largest.response.status}` : 'the connection was closed'}.`,
          ],
          exchanges: largest ? [largest] : [],
        });
      const over = await unlessClosed(put(names.over, maxBytes + 1, headers));
      if (over === undefined)
        evidence.remark('The larger request was refused by closing the connection, before it was read.');
      else if (requestMaxBytes !== undefined)
        judgeRefused({ target, evidence }, `${said(maxBytes + 1)}${way && `, ${way.slice(1)},`}`, over);
      await judgeWritten(names.largest, largest);
      await judgeWritten(names.over, over);
    }
    if (requestMaxBytes === undefined) return;
    for (const kind of OTHER_ROUTES.filter((each) => routeTo(target.system, each, resource.name))) {
      const id = unique(`over-${kind}`);
      const write = { resource: resource.name, id, body: documentBody(resource, kind) };
      const operation: Operation =
        kind === 'batch' ? { kind, writes: [{ kind: 'put', ...write }] } : { kind, ...write };
      const { body = '' } = encode(target.system, operation);
      const over = await unlessClosed(client.ask(operation, { body: body.padEnd(maxBytes + 1, ' ') }));
      if (over) judgeRefused({ target, evidence }, `${said(maxBytes + 1)}, a ${kind},`, over);
    }
  },
};

const said = (bytes: number): string => `a request of ${bytes.toLocaleString('en-GB')} bytes`;

/**
 * A server may close the connection instead of reading what it will refuse (RFC 9110, section 15.5.14), and whether the
 * client still gets to read the answer is then a matter of timing.
 *
 * @returns undefined when it was closed
 * @throws any other error
 */
async function unlessClosed(asked: Promise<Asked>): Promise<Asked | undefined> {
  try {
    return await asked;
  } catch (error) {
    const cause = error instanceof TransportError ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EPIPE' || code === 'ECONNRESET') return undefined;
    throw error;
  }
}
