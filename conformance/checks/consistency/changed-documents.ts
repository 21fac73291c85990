import {
  type Asked,
  accountOf,
  Client,
  type DocumentBody,
  familiesOf,
  LAGS,
  type Resource,
  resourcesWith,
  resourceWith,
  routeTo,
  type System,
  type Target,
} from '../../../reference-worker/target/index.ts';
import { clockOf } from '../../programs/index.ts';
import type { Context } from '../check.ts';
import { ownValue } from '../kit/index.ts';
import { CHANGES, type ChangedDocument, type StateChange, tellingsOf, wordOf } from './told-states.ts';

/** Reads from a replica that is further behind than that of every other PoP. */
export const FAR_POP = 'EDI';

/** A document for each kind of answer that tells of its change: nothing else tells of it. */
export interface Case {
  readonly change: StateChange;
  /** Which of the kinds that there are. */
  readonly telling: number;
}

/** So few at a time that all of them can wait for the far replica at once. */
const CASES_AT_ONCE = 6;

export function casesOf(target: Target): Case[][] {
  const place = placeOf(target);
  const isDeleted = routeTo(target.system, 'delete', place.resource.name) !== undefined;
  const changes = CHANGES.filter((change) => change !== 'deleted' || isDeleted);
  const all = changes.flatMap((change) =>
    Array.from({ length: mostTellings(target, place, change) }, (_, telling) => ({ change, telling })),
  );
  const rounds = Math.ceil(all.length / CASES_AT_ONCE);
  return Array.from({ length: rounds }, (_, round) =>
    all.slice(round * CASES_AT_ONCE, (round + 1) * CASES_AT_ONCE),
  );
}

export async function changedDocuments(
  { target, unique }: Context,
  name: string,
  cases: readonly Case[],
): Promise<ChangedDocument[]> {
  const account = accountOf(target, 'subject');
  const maker = new Client(target, account);
  const place = placeOf(target);
  const planned = cases.map(({ change }, nth) => ({ change, mark: unique(`${name}-${nth}`) }));
  const put = (resource: Resource, id: string, mark: string) => {
    const body = { ...bodyIn(place, resource, mark, 'first'), ...ownValue(resource, id) };
    return maker.begin({ kind: 'put', resource: resource.name, id, body });
  };
  const first = await target.settle(
    Promise.all(
      planned.map(async ({ change, mark }) => {
        if (place.parent) await put(place.parent, mark, mark);
        await put(place.resource, `${mark}-a`, mark);
        return change === 'created' ? undefined : put(place.resource, `${mark}-b`, mark);
      }),
    ),
  );
  await clockOf(target).advance(LAGS.farReplicaMs);
  // Caches in front of the far replica know the former state.
  const strangers = planned.map(({ mark }) =>
    new Client(target, account, FAR_POP).begin({
      kind: 'read',
      resource: place.resource.name,
      id: `${mark}-b`,
    }),
  );
  await target.settle(Promise.all(strangers));
  const cursors = await target.settle(
    Promise.all(planned.map(({ mark }) => cursorAfterOne(target, place, mark))),
  );
  const writer = new Client(target, account);
  const document = (mark: string) => ({ resource: place.resource.name, id: `${mark}-b` });
  const written = (mark: string, state: 'refused' | StateChange): DocumentBody => ({
    ...bodyIn(place, place.resource, mark, state),
    ...ownValue(place.resource, `${mark}-b`),
  });
  const changed = await target.settle(
    Promise.all(
      planned.map(({ change, mark }) =>
        writer.begin(
          change === 'deleted'
            ? { kind: 'delete', ...document(mark) }
            : { kind: 'put', ...document(mark), body: written(mark, change) },
        ),
      ),
    ),
  );
  return planned.map(({ change, mark }, nth) => ({
    change,
    document: document(mark),
    before: etagIn(target, first[nth]),
    after: change === 'deleted' ? undefined : etagIn(target, changed[nth]),
    version: changed[nth]?.answer.documents[0]?.version,
    refused: written(mark, 'refused'),
    pages: pagesOf(place, mark, cursors[nth]),
  }));
}

/** Where the documents are: listed by a field, and joined to a parent, as far as the target can. */
interface Place {
  readonly resource: Resource;
  readonly field: string | undefined;
  readonly parent: Resource | undefined;
  readonly system: System;
}

function placeOf({ system }: Target): Place {
  const routes = ['put', 'read'] as const;
  const ids = 'client';
  const [family] = familiesOf(system, { joined: true });
  if (family && resourcesWith(system, { routes, ids }).includes(family.child))
    return { resource: family.child, field: family.field, parent: family.parent, system };
  const [listed] = resourcesWith(system, { routes: [...routes, 'list'], indexed: 1, ids });
  return {
    resource: listed ?? resourceWith(system, { routes, ids }),
    field: listed?.texts[0],
    parent: undefined,
    system,
  };
}

const bodyIn = (
  { resource, field }: Place,
  of: Resource,
  mark: string,
  state: Parameters<typeof wordOf>[0],
): DocumentBody => ({
  ...of.document(wordOf(state)),
  ...(of === resource && field !== undefined && { [field]: mark }),
});

function pagesOf(
  { resource, field, parent, system }: Place,
  mark: string,
  cursor: string | undefined,
): ChangedDocument['pages'] {
  const list =
    field === undefined || !routeTo(system, 'list', resource.name)
      ? undefined
      : ({ kind: 'list', resource: resource.name, filter: { field, is: mark } } as const);
  return {
    list,
    'second page': list && cursor !== undefined ? { ...list, limit: 1, cursor } : undefined,
    join: parent && { kind: 'join', resource: parent.name, child: resource.name, id: mark },
  };
}

/** Of a page with the companion alone, where there is a page after it. */
async function cursorAfterOne(target: Target, place: Place, mark: string): Promise<string | undefined> {
  const { list } = pagesOf(place, mark, undefined);
  if (list?.kind !== 'list') return undefined;
  const client = new Client(target, accountOf(target, 'subject'));
  const { answer } = await client.begin({ ...list, limit: 1 });
  const isCompanion = answer.documents.length === 1 && answer.documents[0]?.id === `${mark}-a`;
  return isCompanion ? (answer.cursor ?? undefined) : undefined;
}

function etagIn({ system }: Target, asked: Asked | undefined): string | undefined {
  const { version } = asked?.answer.documents[0] ?? {};
  const { etagOf } = system.request;
  return etagOf && version !== undefined ? etagOf(version) : undefined;
}

function mostTellings({ system }: Target, place: Place, change: StateChange): number {
  const etag = system.request.etagOf ? '"any"' : undefined;
  const sample: ChangedDocument = {
    change,
    document: { resource: place.resource.name, id: 'any' },
    before: change === 'created' ? undefined : etag,
    after: change === 'deleted' ? undefined : etag,
    version: undefined,
    refused: {},
    pages: pagesOf(place, 'any', change === 'created' ? undefined : 'any'),
  };
  return tellingsOf(sample, system).length;
}
