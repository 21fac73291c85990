import { COLLECTIONS } from '../../../reference-worker/shared-shards/system.ts';
import {
  type Asked,
  accountOf,
  type Body,
  Client,
  encode,
  type HttpRequest,
  type OperationKind,
  type Overrides,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import { isSameVersion } from '../kit/unchanged.ts';
import { type Cell, nameOf, shareOf } from './cells.ts';
import { collectionFor, type Place, sampleBody, sampleOf } from './sample.ts';
import { leaksIn } from './scene.ts';
import { type Bench, forEachCell } from './vector.ts';

/** What makes a request of the subject look as if it were somebody else's, or meant for somebody else. */
export interface Disguise {
  /** As in `x-account-id: beech`. */
  readonly name: string;
  dress(request: HttpRequest): Overrides;
}

export interface Assault {
  /** As in `a header that names another account`. */
  readonly what: string;
  /** Whether the request must be refused, or may be answered as if the disguise were not there. */
  readonly isRefused: boolean;
  disguises(other: TestAccount, route: OperationKind): readonly Disguise[];
}

/**
 * For every cell: a document that both accounts have under one id, requests of the subject in every disguise, and then
 * what the owner still finds. That the owner succeeds with the same request, undisguised, is the control.
 */
export async function assault(bench: Bench, plan: Assault): Promise<void> {
  await forEachCell(bench, async (cell) => {
    for (const [turn, resource] of collectionsOf(bench, cell).entries())
      await assaultCell(bench, plan, cell, { resource, turn });
  });
}

/** All collections that the cell's route has when there is time, else one that the seed and the cell choose. */
export function collectionsOf({ seed, effort, cells }: Bench, cell: Cell): readonly string[] {
  const drawn =
    effort === 'full' ? COLLECTIONS : [COLLECTIONS[(seed + cells.indexOf(cell)) % COLLECTIONS.length]];
  return [...new Set(drawn.flatMap((each) => (each ? [collectionFor(cell.route, each)] : [])))];
}

async function assaultCell(
  bench: Bench,
  plan: Assault,
  cell: Cell,
  { resource, turn }: { readonly resource: string; readonly turn: number },
): Promise<void> {
  const { target, scene, cells } = bench;
  const other = accountOf(target, cell.placement);
  const [intruder, owner] = [new Client(target, accountOf(target, 'subject')), new Client(target, other)];
  const place = { resource, id: bench.unique(`${cell.route}-${cell.placement}-${resource}`) };
  const theirs = sampleBody(place, scene.secretOf(cell.placement));
  const laid = await layDocument(cell, owner, place, theirs);
  await layDocument(cell, intruder, place, sampleBody(place, scene.secretOf('subject')));
  const tried: Asked[] = [];
  for (const disguise of shareOf(plan.disguises(other, cell.route), cell, cells, turn)) {
    const asked = await tryDisguise(bench, plan, cell, intruder, place, disguise);
    tried.push(asked);
  }
  await judgeKept(bench, plan.what, cell, owner, { place, theirs, laid, tried });
}

/** A document with whatever its kind of request needs beside it; a create needs that there is none. */
export async function layDocument(
  cell: Cell,
  client: Client,
  place: Place,
  body: Body,
): Promise<Asked | undefined> {
  if (cell.route === 'create') return undefined;
  if (cell.route === 'join') {
    const finances = { resource: 'finances', id: place.id } as const;
    await client.ask({
      kind: 'put',
      ...finances,
      body: sampleBody(finances, String(body.secret)),
    });
  }
  return client.ask({ kind: 'put', ...place, body });
}

async function tryDisguise(
  bench: Bench,
  { what, isRefused }: Assault,
  cell: Cell,
  intruder: Client,
  place: Place,
  disguise: Disguise,
): Promise<Asked> {
  const { target, scene } = bench;
  const operation = sampleOf(cell.route, place, { secret: 'of an intruder' });
  const asked = await intruder.ask(operation, disguise.dress(encode(target.system, operation)));
  const leaks = leaksIn(asked, scene, target.accounts);
  const { method, path } = asked.request;
  bench.claim(cell, `${what} shows nothing of another account`, leaks.length === 0, {
    sentences: [
      `Because the token is that of ${intruder.account.id}, nothing of another account may be shown.`,
      `However, ${method} ${path} with ${disguise.name} answered ${asked.response.status} and shows ${leaks[0]}.`,
    ],
    exchanges: [asked],
  });
  if (isRefused)
    bench.claim(cell, `${what} is refused`, isRefusal(asked), {
      sentences: [
        `Because nobody may act with ${disguise.name}, the request must be refused.`,
        `However, ${method} ${path} answered ${asked.response.status}.`,
      ],
      exchanges: [asked],
    });
  return asked;
}

/**
 * An error page of what stands in front of a Worker is a refusal too, and so is "not found" (RFC 9110, section 15.5.4, on
 * hiding what is forbidden); that nothing changed is judged beside it.
 */
const isRefusal = ({ answer, response }: Asked): boolean =>
  answer.outcome === 'refused' ||
  (response.status >= 400 && (response.status < 500 || answer.unreadable !== undefined));

interface Kept {
  readonly place: Place;
  readonly theirs: Body;
  readonly laid: Asked | undefined;
  readonly tried: readonly Asked[];
}

/** The owner's document is as it was, and the owner's own request of the same kind works. */
export async function judgeKept(
  bench: Bench,
  what: string,
  cell: Cell,
  owner: Client,
  { place, theirs, laid, tried }: Kept,
): Promise<void> {
  // A write moves the owner's session past everything that has happened on the shard, so that no replica may hide it.
  await owner.ask({
    kind: 'put',
    resource: place.resource,
    id: bench.unique(`later-${nameOf(cell).replace(', ', '-')}`),
    body: {},
  });
  const kept = await owner.ask({ kind: 'read', ...place });
  const [document] = kept.answer.documents;
  const isKept = laid
    ? document?.body?.secret === theirs.secret && isSameVersion(laid, kept)
    : kept.answer.outcome === 'absent';
  bench.claim(cell, `${what} changes nothing of another account`, isKept, {
    sentences: [
      laid
        ? `Because nobody else may write it, ${place.resource}/${place.id} of ${owner.account.id} must be as it was.`
        : `Because ${owner.account.id} made no ${place.resource}/${place.id}, it must have none.`,
      `However, ${owner.account.id} now reads ${kept.response.body}.`,
    ],
    exchanges: [...tried, kept],
  });
  const own = await owner.ask(sampleOf(cell.route, place, theirs));
  bench.control(cell, 'the owner succeeds with the same request', own.answer.outcome === 'ok', [own]);
}
