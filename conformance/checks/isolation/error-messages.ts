import {
  type Asked,
  administrationOf,
  Client,
  encode,
  type Handle,
  type Operation,
  type Overrides,
  platformOf,
  resourceNamed,
  type Target,
} from '../../../reference-worker/target/index.ts';
import {
  bodyOf,
  hostOf,
  leakInError,
  makeDocument,
  operationOn,
  resourcesFor,
  underFaults,
} from '../kit/index.ts';
import { coveringShare } from './cases.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

const LONG = 'x'.repeat(300);

/** Ways to send what cannot be served; each comes to an error somewhere else in a Worker. */
const MISTAKES: readonly Overrides[] = [
  { body: '{' },
  { body: '[]' },
  { body: '{"body":1,"writes":1,"operations":1}' },
  { path: '/' },
  { headers: { 'if-match': 'not a tag' } },
  { headers: { 'if-match': '"999"' } },
  { headers: { 'content-type': 'text/plain' }, body: 'not JSON' },
  { method: 'PROPFIND' },
  { bookmark: 'not a bookmark' },
  { token: null },
  { token: 'x.y.z' },
];

/** Paths of the target's own that lead to nothing, and lists that no index answers. */
function misdirected({ system }: Target, { resource, id }: Handle): readonly Overrides[] {
  const pathOf = (operation: Operation): string => encode(system, operation).path;
  const own = (name: string): string => pathOf({ kind: 'read', resource, id: name });
  const [listed] = resourcesFor(system, 'list');
  const [field = 'no-such-field'] = listed?.telling ?? [];
  const list = { kind: 'list', resource: listed?.name ?? '' } as const;
  const lists: readonly Operation[] = [
    { ...list, limit: -1 },
    { ...list, cursor: 'x.y' },
    { ...list, filter: { field: 'no-such-field', is: 'x' } },
    { ...list, filter: { field, is: '\'" OR 1=1--' } },
  ];
  return [
    own(id).replace(resource, 'no-such-resource'),
    own('\'"--'),
    own(LONG),
    ...(listed ? [...lists.map(pathOf), `${pathOf(list)}?no-such-field=x`] : []),
  ].map((path) => ({ path }));
}

/** Names that only whoever runs the Worker knows: known where somebody does. */
function isInternal(target: Target, word: string): boolean {
  if (target.lacks('operator') !== undefined) return false;
  const shards = target.accounts.map(({ id }) => platformOf(target).shardOf(id));
  return shards.includes(word) || administrationOf(target).isInternal(word);
}

/** What an answer tells that is not the reader's to know; undefined when nothing. */
function toldBy(testCase: TestCase, target: Target, asked: Asked): string | undefined {
  const sent = new Set(wordsOf(asked.request));
  const others = target.accounts
    // A shorter name may be a word of any message.
    .filter((account) => account !== testCase.attacker.account && account.id.length > 3)
    .map(({ id }) => id);
  const { headers, body } = asked.response;
  const leak = testCase.leaks(asked)[0];
  // What is served may hold whatever word its owner has written into it.
  if (leak !== undefined || !isError(asked)) return leak;
  return (
    leakInError(asked.response) ??
    wordsOf([headers, body]).find(
      (word) => !sent.has(word) && (others.includes(word) || isInternal(target, word)),
    )
  );
}

/** Some Workers answer 200 to everything, and say in the body what went wrong. */
const isError = ({ answer, response }: Asked): boolean =>
  response.status >= 400 || answer.outcome === 'refused' || answer.outcome === 'absent';

const wordsOf = (message: object): readonly string[] => JSON.stringify(message).split(/[^\w-]+/);

function judgeAnswer(testCase: TestCase, target: Target, asked: Asked): void {
  const told = toldBy(testCase, target, asked);
  const claim = 'no answer tells of another account, of shards or of how the Worker works';
  testCase.claim(claim, told === undefined, {
    sentences: [
      'Because an error is for whoever made the request, it must name nothing beyond that request.',
      `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status} and tells ${told}.`,
    ],
    exchanges: [asked],
  });
}

async function judgeMistakes(testCase: TestCase, { target }: IsolationContext): Promise<void> {
  const { attacker, owner, route } = testCase;
  const { system } = target;
  const { handle } = await makeDocument(owner, system, testCase.handle('both'), testCase.markOf(owner));
  const plain = operationOn(system, route, handle);
  const [field = 'content'] = resourceNamed(system, handle.resource).indexed;
  const tooLong = operationOn(system, route, handle, { ...bodyOf(system, handle, 'long'), [field]: LONG });
  const url = owner.account.urls[target.pops[0] ?? ''] ?? '';
  const mistakes = [
    ...MISTAKES,
    ...misdirected(target, handle),
    { host: hostOf(owner.account) },
    ...(Object.values(attacker.account.urls).includes(url) ? [] : [{ url }]),
  ];
  const asked: Asked[] = [await attacker.ask(plain)];
  for (const mistake of mistakes) asked.push(await attacker.ask(plain, mistake));
  // On a document that is there, or nothing would reach the database.
  await makeDocument(attacker, system, handle, testCase.markOf(attacker));
  asked.push(await attacker.ask(tooLong));
  for (const each of asked) judgeAnswer(testCase, target, each);
  if (target.lacks('problem-documents') === undefined) await judgeQuotes(testCase, plain, handle);
  testCase.control('some of the requests are errors', asked.some(isError), asked.slice(0, 1));
}

/** A problem document says what to do next (RFC 9457, section 3.1), and not what is stored: it ends in logs and on screens. */
async function judgeQuotes(testCase: TestCase, plain: Operation, handle: Handle): Promise<void> {
  const { attacker } = testCase;
  for (const mistake of coveringShare(MISTAKES, testCase.position)) {
    const asked = await attacker.ask(plain, mistake);
    const { status, body } = asked.response;
    const isQuoted = status >= 400 && body.includes(testCase.markOf(attacker));
    testCase.claim('no error quotes a stored document', !isQuoted, {
      sentences: [
        `Because an error is no answer to a read, it must not quote ${handle.resource}/${handle.id}.`,
        `However, ${asked.request.method} ${asked.request.path} answered ${status} ${body.slice(0, 200)}.`,
      ],
      exchanges: [asked],
    });
  }
}

/** Errors of the database itself, where they can be planned: once for each account and route. */
async function judgeFailures({ target, cases, evidence, unique }: IsolationContext): Promise<void> {
  if (target.lacks('faults') !== undefined) {
    evidence.remark('Errors of the database were not seen: they can only be planned on the local platform.');
    return;
  }
  const byAttacker = Map.groupBy(cases, ({ attacker, route }) => `${attacker.account.id} ${route}`).values();
  const firsts = [...byAttacker].flatMap(([first]) => first ?? []);
  const { shardOf } = platformOf(target);
  const databases = new Set(target.accounts.map(({ id }) => shardOf(id)));
  // Nothing that a Worker would repeat: each is answered at once.
  for (const reason of ['too-many-queued', 'queued-too-long'] as const) {
    const plan = [...databases].map(
      (database) => ({ id: `${reason}-${database}`, kind: 'overloaded', reason, database }) as const,
    );
    await underFaults(target, plan, () =>
      Promise.all(
        firsts.map(async (testCase) => {
          const handle = { resource: testCase.resource, id: unique(`failing-${testCase.route}`) };
          const client = new Client(target, testCase.attacker.account);
          judgeAnswer(testCase, target, await client.ask(testCase.operation(handle)));
        }),
      ),
    );
  }
}

export const errorMessages = isolationCheck({
  name: 'error-messages',
  title: 'No error tells of another account, of shards and bindings, of SQL, or of how the Worker works.',
  severity: 'high',
  needs: ['another-account', 'read'],
  isThinned: true,
  leavesOut: [],
  method: `On every route, requests that cannot be served, for an id that the other account has: broken JSON, unknown
resources, ids that no document has, wrong queries, preconditions, cursors, tokens, hosts and methods, fields that the
database refuses, and, where faults can be planned, errors of the database itself. No answer names another account, a shard or
a binding, holds its content, or shows SQL or a stack; where errors are promised to be problem documents, none quotes the own
document either (CWE-209).`,
  async judge(context) {
    await eachCase(judgeMistakes)(context);
    await judgeFailures(context);
  },
});
