import { isDeepStrictEqual } from 'node:util';
import {
  type Asked,
  accountOf,
  Client,
  type DocumentBody,
  type Handle,
  NeedNotMet,
  type Operation,
  type Resource,
  resourcesWith,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, holds, leakIn, makerOf, store } from '../kit/index.ts';

const WRITES = ['patch', 'put', 'create'] as const;
const TAKEN = 'taken-by-a-key';
/** How a name is quoted in SQL, or put into a path of SQLite's JSON: what closes it, and opens the next one. */
const QUOTES = [
  ['', ''],
  ['"', '"'],
  ['`', '`'],
  ['[', ']'],
] as const;

export const sqlThroughKeys: Check = {
  id: 'robustness/sql-through-keys',
  title: 'The names of members in JSON are data: none is a part of a statement.',
  requirements: ['A7', 'B9'],
  severity: 'critical',
  environment: 'real-time',
  needs: ['read'],
  method:
    'Documents are written and changed with a member whose name has quotes, brackets, commas and blanks in it, or closes the ' +
    'name of a column, sets another one and ends the statement: as it works where a Worker makes the columns of an UPDATE, or ' +
    'paths of JSON, of the names that it was sent. Each is refused as the mistake of the client, left out, or kept as the name ' +
    'that it is; it is no failure, no error tells of SQL, the fields that a description names hold what was sent or what they ' +
    'held, and a second document of the same account stays as it was (CWE-89, CWE-915).',
  async run(context) {
    const { target } = context;
    const tried = WRITES.flatMap((kind) => {
      const resource = resourcesWith(target.system, { routes: [kind, 'read'] }).find(
        (each) => kind === 'create' || makerOf(target.system, each) !== undefined,
      );
      return resource ? [{ kind, resource }] : [];
    });
    if (tried.length === 0)
      throw new NeedNotMet(
        `needs documents that can be written and read, and ${target.system.name} has none`,
      );
    for (const { kind, resource } of tried) await judgeRoute(context, resource, kind);
  },
};

/** Names that are SQL, or break it. @param fields of the description, as a Worker may call its columns */
function keysFor(fields: readonly string[]): readonly string[] {
  const [first = 'id', second = first] = fields;
  const setting = QUOTES.map(([open, close]) => `${first}${close} = '${TAKEN}', ${open}${second}`);
  // As many values as a statement may have bound, so that it still runs without what follows.
  const ending = [1, 2, 3, 4, 5].map(
    (count) =>
      `${first} = '${TAKEN}' || ${Array.from({ length: count }, (_, at) => `?${at + 1}`).join(' || ')} --`,
  );
  return [
    ...['two words', 'a,b', 'a"b', "a'b", 'a`b', 'a[b]', 'a]b', 'a;b', 'a.b', '$.a', '--', '?1', '(', '/*'],
    ...setting,
    ...ending,
    `a', '${TAKEN}', '$.${first}`,
    `a"', '${TAKEN}', '$."${first}`,
  ];
}

async function judgeRoute(
  context: Context,
  resource: Resource,
  kind: (typeof WRITES)[number],
): Promise<void> {
  const { target, evidence, unique } = context;
  const client = new Client(target, accountOf(target, 'subject'));
  const name = `${resource.name}-${kind}`;
  const write = (handle: Handle, body: DocumentBody): Operation => ({ kind, ...handle, body });
  const make = (id: string) => store(context, client, resource, { id, body: documentBody(resource, id) });
  const bystander = await make(unique(`${name}-bystander`));
  const untouched = await client.ask({ kind: 'read', ...bystander.handle });
  const plainId = unique(`${name}-plain`);
  const plain = await changed(plainId);
  const isPlain = plain.asked.answer.outcome === 'ok' && holds(plain.read?.answer.documents[0], plain.mark);
  evidence.served(`a plain ${kind} of ${resource.name} is done`, isPlain, [plain.asked]);
  // What a Worker makes of a field by itself is no matter of names.
  const sent = documentBody(resource, plain.mark);
  const told = plain.read?.answer.documents[0]?.body ?? {};
  const fields = Object.keys(sent).filter(
    (field) => field !== resource.unique && isDeepStrictEqual(told[field], sent[field]),
  );
  for (const [index, key] of keysFor(Object.keys(documentBody(resource, 'x'))).entries()) {
    const { asked, read, before, mark } = await changed(unique(`${name}-${index}`), key);
    const what = `a ${kind} of ${resource.name} with a member ${JSON.stringify(key)}`;
    const exchanges = [asked, ...(read ? [read] : [])];
    const leak = leakIn(
      asked.response.status >= 400 || asked.answer.outcome !== 'ok' ? asked.response.body : '',
    );
    evidence.claim(
      'the name of a member makes no write fail',
      asked.response.status < 500 && leak === undefined,
      {
        sentences: [
          'Because a name in JSON is data, a write with one that makes no sense is refused with 4xx, or done without it.',
          `However, ${what} was answered ${asked.response.status}${leak === undefined ? '' : `, with "${leak}"`}.`,
        ],
        exchanges,
      },
    );
    const shown = read?.answer.documents[0]?.body;
    const isOneOf = shown === undefined || isWhole(resource, fields, shown, [before, mark]);
    evidence.claim('the name of a member changes no other one', isOneOf, {
      sentences: [
        `Because ${what} names no other field, each holds what was sent or what it held.`,
        `However, the document is now ${JSON.stringify(shown)}.`,
      ],
      exchanges,
    });
  }
  const later = await client.ask({ kind: 'read', ...bystander.handle });
  const isKept = isDeepStrictEqual(later.answer.documents[0]?.body, untouched.answer.documents[0]?.body);
  evidence.claim('the name of a member changes no other document', isKept && later.answer.outcome === 'ok', {
    sentences: [
      `Because nobody wrote ${bystander.handle.resource}/${bystander.handle.id}, it is as it was.`,
      `However, it was ${untouched.response.body.slice(0, 200)} and is ${later.response.body.slice(0, 200)}.`,
    ],
    exchanges: [untouched, later],
  });

  /** Writes a document of its own, with one more member where one is told, and reads it. */
  async function changed(
    id: string,
    key?: string,
  ): Promise<{ asked: Asked; read: Asked | undefined; before: string; mark: string }> {
    const [before, mark] = [id, `${id}-sent`];
    const handle = kind === 'create' ? { resource: resource.name, id } : (await make(id)).handle;
    const body = { ...documentBody(resource, mark), ...(key !== undefined && { [key]: 'x' }) };
    const asked = await client.ask(write(handle, body));
    const own = { ...handle, id: asked.answer.documents[0]?.id ?? handle.id };
    // What a refused create would have been called is not known where the server makes ids.
    const isThere = asked.answer.outcome === 'ok' || kind !== 'create';
    const read = isThere ? await client.ask({ kind: 'read', ...own }) : undefined;
    return { asked, read, before, mark };
  }
}

/** Whether each of these fields holds one of these words, as its description puts it there. */
function isWhole(
  resource: Resource,
  fields: readonly string[],
  shown: DocumentBody,
  words: readonly string[],
): boolean {
  const bodies = words.map((word) => documentBody(resource, word));
  return fields.every(
    (field) =>
      shown[field] === undefined || bodies.some((body) => isDeepStrictEqual(shown[field], body[field])),
  );
}
