import type { Operation } from '../../../reference-worker/target/index.ts';
import { type Asked, accountOf, Client } from '../../../reference-worker/target/index.ts';
import type { Cell } from './cells.ts';
import { type Place, sampleBody, sampleOf } from './sample.ts';
import type { Bench } from './vector.ts';

/** One request of the subject in three copies: for an id that the other account has, and for two that nobody has. */
export interface Comparison {
  readonly theirs: Asked;
  readonly nobodys: readonly [Asked, Asked];
  /** The ids, in the same order. */
  readonly ids: readonly [string, string, string];
  /** The owner's answer to the same request. */
  readonly owners: Asked;
}

/** How a request of this kind can be made of a place: plainly, and with each precondition. */
export function variantsOf(cell: Cell, place: Place): readonly Operation[] {
  const body = sampleBody(place, 'of an intruder');
  const plain = sampleOf(cell.route, place, body);
  const matching = [{ ifMatch: '*' }, { ifMatch: '"1"' }] as const;
  switch (plain.kind) {
    case 'read':
      return [plain, ...matching.map((each) => ({ ...plain, ...each })), { ...plain, ifNoneMatch: '"1"' }];
    case 'put':
      return [plain, ...matching.map((each) => ({ ...plain, ...each })), { ...plain, ifNoneMatch: '*' }];
    case 'patch':
    case 'delete':
      return [plain, ...matching.map((each) => ({ ...plain, ...each }))];
    case 'batch':
      return [
        plain,
        { kind: 'batch', writes: [{ kind: 'create', ...place, body }] },
        { kind: 'batch', writes: [{ kind: 'delete', ...place, ifMatch: '"1"' }] },
      ];
    default:
      return [plain];
  }
}

/** Which request is compared. */
export interface Compared {
  readonly cell: Cell;
  readonly resource: string;
  /** Of `variantsOf`. */
  readonly variant: number;
  /** Each is made of ids of its own. */
  readonly attempt?: number;
}

/** @param prepare what the owner does beforehand, beside making the document */
export async function compare(
  bench: Bench,
  { cell, resource, variant, attempt = 0 }: Compared,
  prepare: (owner: Client, place: Place) => Promise<unknown> = async () => undefined,
): Promise<Comparison> {
  const { target, scene, unique } = bench;
  const me = new Client(target, accountOf(target, 'subject'));
  const owner = new Client(target, accountOf(target, cell.placement));
  // Of one length: the length of an answer is an answer too.
  const idOf = (name: string): string =>
    unique(`${cell.route}-${cell.placement}-${resource}-${variant}-${attempt}-${name}`);
  const [theirs, nobodys, nobodysToo] = [idOf('a'), idOf('b'), idOf('c')];
  const place = { resource, id: theirs };
  await owner.ask({ kind: 'put', ...place, body: sampleBody(place, scene.secretOf(cell.placement)) });
  await prepare(owner, place);
  const ask = (client: Client, id: string): Promise<Asked> => {
    const operation = variantsOf(cell, { resource, id })[variant];
    if (!operation) throw new Error(`${cell.route} has no variant ${variant}`);
    return client.ask(operation);
  };
  const first = await ask(me, nobodys);
  const foreign = await ask(me, theirs);
  const second = await ask(me, nobodysToo);
  return {
    theirs: foreign,
    nobodys: [first, second],
    ids: [theirs, nobodys, nobodysToo],
    owners: await ask(owner, theirs),
  };
}
