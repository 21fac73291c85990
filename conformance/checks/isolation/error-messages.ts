import { system as sharedShards } from '../../../reference-worker/shared-shards/system.ts';
import {
  type Asked,
  accountOf,
  Client,
  encode,
  type Operation,
  type Overrides,
  platformOf,
  resourceNamed,
  type Target,
} from '../../../reference-worker/target/index.ts';
import { leakIn } from '../kit/leaks.ts';
import { underFaults } from '../kit/planned-faults.ts';
import type { Cell } from './cells.ts';
import { hostOf } from './hosts.ts';
import { type Place, sampleBody, sampleOf } from './sample.ts';
import { leaksIn } from './scene.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

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
function misdirected({ system }: Target, place: Place): readonly Overrides[] {
  const resource = 'clients';
  const pathOf = (operation: Operation): string => encode(system, operation).path;
  const own = pathOf({ kind: 'put', ...place, body: {} });
  const lists: readonly Operation[] = [
    { kind: 'list', resource, limit: -1 },
    { kind: 'list', resource, cursor: 'x.y' },
    { kind: 'list', resource, filter: { field: 'no-such-field', is: 'x' } },
    { kind: 'list', resource, filter: { field: 'surname', is: '\'" OR 1=1--' } },
  ];
  const all = { kind: 'list', resource } as const;
  return [
    own.replace(resource, 'no-such-resource'),
    pathOf({ kind: 'put', ...place, id: '\'"--', body: {} }),
    pathOf({ kind: 'put', ...place, id: LONG, body: {} }),
    ...(system.routes.list ? [...lists.map(pathOf), `${pathOf(all)}?no-such-field=x`] : []),
  ].map((path) => ({ path }));
}

/** Names that only whoever runs the Worker knows: known where it is bound as the reference Worker is. */
function isInternal(target: Target, word: string): boolean {
  if (target.lacks('operator') !== undefined) return false;
  const shards = target.accounts.map(({ id }) => platformOf(target).shardOf(id));
  return [...shards, 'db_shard', 'account_id', 'entity_id'].includes(word) || /^SHARD_[A-Z0-9]+$/.test(word);
}

/** What an answer tells that is not the reader's to know; undefined when nothing. */
function toldBy(bench: Bench, asked: Asked): string | undefined {
  const { scene, target } = bench;
  const sent = new Set(wordsOf(asked.request));
  const others = target.accounts
    // A shorter name may be a word of any message.
    .filter(({ role, id }) => role !== 'subject' && id.length > 3)
    .map(({ id }) => id);
  const { headers, body } = asked.response;
  return (
    leaksIn(asked, scene, target.accounts)[0] ??
    leakIn(body) ??
    wordsOf([headers, body]).find(
      (word) => !sent.has(word) && (others.includes(word) || isInternal(target, word)),
    )
  );
}

const wordsOf = (message: object): readonly string[] => JSON.stringify(message).split(/[^\w-]+/);

function judgeAnswer(bench: Bench, cell: Cell, asked: Asked): void {
  const told = toldBy(bench, asked);
  bench.claim(
    cell,
    'no answer tells of another account, of shards or of how the Worker works',
    told === undefined,
    {
      sentences: [
        'Because an error is for whoever made the request, it must name nothing beyond that request.',
        `However, ${asked.request.method} ${asked.request.path} answered ${asked.response.status} and tells ${told}.`,
      ],
      exchanges: [asked],
    },
  );
}

async function judgeMistakes(bench: Bench, cell: Cell): Promise<void> {
  const { target, scene, unique } = bench;
  const other = accountOf(target, cell.placement);
  const [me, owner] = [new Client(target, accountOf(target, 'subject')), new Client(target, other)];
  const place: Place = { resource: 'clients', id: unique(`${cell.route}-${cell.placement}`) };
  await owner.ask({ kind: 'put', ...place, body: sampleBody(place, scene.secretOf(cell.placement)) });
  const plain = sampleOf(cell.route, place, {});
  const tooLong = sampleOf(cell.route, place, {
    [resourceNamed(sharedShards, 'clients').indexed[0] ?? '']: LONG,
  });
  const own = cell.placement === 'dedicated' ? [{ url: other.urls[target.pops[0] ?? ''] ?? '' }] : [];
  const asked: Asked[] = [await me.ask(plain)];
  for (const mistake of [...MISTAKES, ...misdirected(target, place), { host: hostOf(other) }, ...own])
    asked.push(await me.ask(plain, mistake));
  // On a document that is there, or nothing would reach the database.
  await me.ask({ kind: 'put', ...place, body: {} });
  asked.push(await me.ask(tooLong));
  for (const each of asked) judgeAnswer(bench, cell, each);
  const isError = asked.some(({ response }) => response.status >= 400);
  bench.control(cell, 'some of the requests are errors', isError, asked.slice(0, 1));
}

/** Errors of the database itself, where they can be planned. Of placements they know nothing: each cell has them. */
async function judgeFailures(bench: Bench): Promise<void> {
  const { target, cells, unique } = bench;
  if (target.lacks('faults') !== undefined) {
    bench.evidence.remark(
      'Errors of the database were not seen: they can only be planned on the local platform.',
    );
    return;
  }
  const account = accountOf(target, 'subject');
  const database = platformOf(target).shardOf(account.id);
  const client = new Client(target, account);
  const operations: readonly Operation[] = [...new Set(cells.map(({ route }) => route))].map((route) =>
    sampleOf(route, { resource: 'clients', id: unique(`failing-${route}`) }, {}),
  );
  // Nothing that a Worker would repeat: each is answered at once.
  for (const reason of ['too-many-queued', 'queued-too-long'] as const) {
    const plan = [{ id: reason, kind: 'overloaded', reason, database }] as const;
    const { result } = await underFaults(target, plan, () =>
      Promise.all(operations.map((operation) => client.ask(operation))),
    );
    for (const cell of cells)
      for (const asked of result.filter(({ operation }) => operation.kind === cell.route))
        judgeAnswer(bench, cell, asked);
  }
}

export const errorMessages = vector({
  name: 'error-messages',
  title: 'No error tells of another account, of shards and bindings, of SQL, or of how the Worker works.',
  severity: 'high',
  needs: ['another-account', 'put'],
  leavesOut: [],
  method: `For every route, requests that cannot be served, for an id that the other account has: broken JSON, unknown
collections, ids that no document has, wrong queries, preconditions, cursors, tokens, hosts and methods, fields that the
database refuses, and, where faults can be planned, errors of the database itself. No answer names another account, a shard or
a binding, holds its content, or shows SQL or a stack (CWE-209).`,
  async judge(bench) {
    await forEachCell(bench, (cell) => judgeMistakes(bench, cell));
    await judgeFailures(bench);
  },
});
