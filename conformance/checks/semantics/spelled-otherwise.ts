import {
  type Asked,
  accountOf,
  Client,
  encode,
  type Operation,
  type Overrides,
  resourceWith,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, holds } from '../kit/index.ts';

/** A request that means the same as another one. */
interface Spelling {
  readonly what: string;
  /** The clause that says so. */
  readonly clause: string;
  /** @returns undefined where the request has nothing that could be spelled so */
  spell(request: Sent): Overrides | undefined;
}

interface Sent {
  readonly path: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

const capitals = (text: string): string => text.toUpperCase();
const small = (text: string): string => text.toLowerCase();

const schemeIn = (how: (scheme: string) => string): Spelling => ({
  what: `the scheme ${how('Bearer')}`,
  clause: 'the name of a scheme has no case (RFC 9110, section 11.1)',
  spell({ headers: { authorization } }) {
    const [scheme, ...rest] = authorization?.split(' ') ?? [];
    if (scheme === undefined || rest.length === 0 || how(scheme) === scheme) return undefined;
    return { headers: { authorization: [how(scheme), ...rest].join(' ') } };
  },
});

const typeAs = (written: string): Spelling => ({
  what: `the content type ${written}`,
  clause:
    'the names of a media type have no case, and a blank may stand before its parameters (RFC 9110, 8.3.1)',
  spell({ headers, body }) {
    const isJson = body !== undefined && /^application\/json(?: *;.*)?$/i.test(headers['content-type'] ?? '');
    return isJson ? { headers: { 'content-type': written } } : undefined;
  },
});

const escapedAs = (how: (hex: string) => string): Spelling => ({
  what: `letters of its path escaped as ${how('%6a')}`,
  clause:
    'a letter and its escape are the same in a URL (RFC 3986, section 6.2.2.2; RFC 9110, section 4.2.3)',
  spell({ path }) {
    const [, front = '', last = '', search = ''] = /^(.*\/)([^/?]*)(.*)$/.exec(path) ?? [];
    const escaped = last.replace(/[a-z]/g, (letter) => how(`%${letter.charCodeAt(0).toString(16)}`));
    return escaped === last ? undefined : { path: `${front}${escaped}${search}` };
  },
});

const SPELLINGS: readonly Spelling[] = [
  schemeIn(small),
  schemeIn(capitals),
  ...['Application/JSON', 'application/json;charset=UTF-8', 'application/json ; charset=utf-8'].map(typeAs),
  escapedAs(small),
  escapedAs((hex) => `%${hex.slice(1).toUpperCase()}`),
];

export const spelledOtherwise: Check = {
  id: 'semantics/spelled-otherwise',
  title: 'A request that is spelled in another way, and means the same, is answered the same.',
  requirements: ['B1', 'B3'],
  severity: 'medium',
  environment: 'real-time',
  needs: ['http-semantics', 'put', 'read'],
  promises: ['http-semantics'],
  method:
    'A put and a read are sent as the description has them, and then as other clients would: the scheme of the token and the ' +
    'type of the content in other letters, letters of the id escaped. HTTP says that these mean the same (RFC 9110, sections ' +
    '4.2.3, 8.3.1 and 11.1; RFC 3986, section 6.2.2), so the put is done and the read shows the document. What a request ' +
    'does not have, as a token in a cookie has no scheme, is not judged.',
  async run(context) {
    const { target, evidence, unique } = context;
    const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'read'] });
    const account = accountOf(target, 'subject');
    const client = new Client(target, account);
    const handle = { resource: resource.name, id: unique('document') };
    const ask = async (mark: string, overrides: Overrides, operations = BOTH): Promise<Asked[]> => {
      const asked: Asked[] = [];
      for (const kind of BOTH) {
        const operation: Operation =
          kind === 'put' ? { kind, ...handle, body: documentBody(resource, mark) } : { kind, ...handle };
        asked.push(await client.ask(operation, operations.includes(kind) ? overrides : {}));
      }
      return asked;
    };
    const plain = await ask('|plain|', {});
    evidence.served(
      'a document is put and read as the description has it',
      isServed(plain, '|plain|'),
      plain,
    );
    for (const [index, spelling] of SPELLINGS.entries())
      for (const kind of BOTH) {
        const overrides = spelling.spell(sentOf(context, kind, handle, account.token));
        if (!overrides) continue;
        const mark = `|${kind}${index}|`;
        const asked = await ask(mark, overrides, [kind]);
        evidence.claim(`a ${kind} with ${spelling.what} is answered as any other`, isServed(asked, mark), {
          sentences: [
            `Because ${spelling.clause}, a ${kind} with ${spelling.what} is done as one without.`,
            `However, ${asked.map(({ operation, response }) => `the ${operation.kind} was answered ${response.status}`).join(', and ')}.`,
          ],
          exchanges: asked,
        });
      }
  },
};

const BOTH: readonly ('put' | 'read')[] = ['put', 'read'];

const isServed = (asked: readonly Asked[], mark: string): boolean =>
  asked.every(({ answer }) => answer.outcome === 'ok') && holds(asked.at(-1)?.answer.documents[0], mark);

/** The request as it is sent unless told otherwise. */
function sentOf(
  { target }: Context,
  kind: 'put' | 'read',
  handle: { readonly resource: string; readonly id: string },
  token: string,
): Sent {
  const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'read'] });
  const operation: Operation =
    kind === 'put' ? { kind, ...handle, body: documentBody(resource, 'x') } : { kind, ...handle };
  const { path, body, headers } = encode(target.system, operation);
  const all = Object.entries({ ...headers, ...target.system.request.identify(token) });
  return { path, body, headers: Object.fromEntries(all.map(([name, value]) => [name.toLowerCase(), value])) };
}
