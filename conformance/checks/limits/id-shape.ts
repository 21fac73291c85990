import {
  type Asked,
  accountOf,
  Client,
  encode,
  resourcesWith,
  resourceWith,
  routeTo,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, holds } from '../kit/index.ts';
import { judgeRefused } from './refused.ts';

/** Ids that mean something else in a path, a cache key, a pattern or a terminal. */
const HOSTILE_ENDS = ['/x', '/..', ':x', '%2e', '?x', ' ', '\n', '\u0000', 'é'];
/** Segments that most clients and servers resolve in a path (RFC 3986, section 5.2.4). */
const DOTS = ['.', '..'];

export const idShape: Check = {
  id: 'limits/id-shape',
  title: 'Every id that is accepted, by whatever route, leads back to its document; any other is refused.',
  requirements: ['A2', 'A7'],
  severity: 'high',
  environment: 'real-time',
  needs: ['create', 'read'],
  method:
    'Ids of the stated length and of one character more, and ids that mean something else in a path or a key, are ' +
    'created by every route that takes an id in a body (creation, batch) and in a path (put). What is accepted must be ' +
    'read back under that id: an id that only one of the routes takes names a document that nobody can read or delete.',
  async run(context) {
    const { target, evidence, unique } = context;
    const { idMaxLength } = target.system.limits;
    const plain = await judgeId(context, unique('plain'));
    evidence.control('a plain id is accepted', plain.length > 0 && plain.every(isDone), plain);

    const length = idMaxLength ?? 512;
    const longest = await judgeId(context, unique('longest').padEnd(length, 'x'));
    const over = await judgeId(context, unique('over').padEnd(length + 1, 'x'));
    if (idMaxLength === undefined)
      evidence.remark('No longest id is stated, so one of any length may be refused.');
    else {
      for (const asked of longest)
        evidence.claim(
          `an id of ${length} characters is accepted by ${asked.operation.kind}`,
          isDone(asked),
          [asked],
        );
      for (const asked of over)
        judgeRefused(context, `an id of ${length + 1} characters, by ${asked.operation.kind},`, asked);
    }
    for (const end of HOSTILE_ENDS) await judgeId(context, `${unique('h')}${end}`);
    for (const dots of DOTS) await judgeId(context, dots);
  },
};

const isDone = ({ answer }: Asked): boolean => answer.outcome === 'ok';

/** Creates documents under an id by every route, and claims that what was accepted is found. @returns what was asked */
async function judgeId({ target, evidence }: Context, id: string): Promise<Asked[]> {
  const client = new Client(target, accountOf(target, 'subject'));
  const all = resourcesWith(target.system, { ids: 'client', routes: ['create', 'read'] });
  const asked: Asked[] = [];
  for (const [index, kind] of (['create', 'put', 'batch'] as const).entries()) {
    if (target.lacks(kind) !== undefined) continue;
    // Each in a resource of its own where there are as many; what a creation has made, the others may replace.
    const first = all[index];
    const own = first && (kind === 'batch' || routeTo(target.system, kind, first.name)) ? first : undefined;
    const described =
      own ?? resourceWith(target.system, { ids: 'client', routes: ['create', 'put', 'read'] });
    const { name: resource } = described;
    const mark = `id-shape-${kind}`;
    const write = { resource, id, body: documentBody(described, mark) };
    const one = await client.ask(
      kind === 'batch' ? { kind, writes: [{ kind: own ? 'create' : 'put', ...write }] } : { kind, ...write },
    );
    asked.push(one);
    const { operation } = one;
    // As clients send it: they resolve dot segments, so that nobody gets to a document which such a path would name.
    const plain = { kind: 'read', resource, id } as const;
    const { pathname, search } = new URL(encode(target.system, plain).path, 'http://localhost');
    const read = await client.ask(plain, { path: pathname + search });
    const [found] = read.answer.documents;
    const isThere = found?.id === id && holds(found, mark);
    const shown = JSON.stringify(id.length > 60 ? `${id.slice(0, 40)}... (${id.length})` : id);
    evidence.claim(
      `the id ${shown} leads back to its document if ${operation.kind} accepts it, and to none if not`,
      isDone(one) === isThere,
      [one, read],
    );
    const isServerError = one.response.status >= 500;
    evidence.claim(`the id ${shown} is no failure of the server for ${operation.kind}`, !isServerError, [
      one,
    ]);
  }
  return asked;
}
