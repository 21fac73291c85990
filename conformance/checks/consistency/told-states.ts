import {
  type Asked,
  type DocumentBody,
  type Join,
  type List,
  type Operation,
  type Overrides,
  type Read,
  routeTo,
  type System,
} from '../../../reference-worker/target/index.ts';
import { holds } from '../kit/index.ts';

/** What happens to a document, so that there is a state before and one after. */
export const CHANGES = ['changed', 'deleted', 'created'] as const;
export type StateChange = (typeof CHANGES)[number];

/** The word that a document is made with in each state: where a Worker has a schema there is no member of our own for it. */
export const wordOf = (state: 'first' | 'refused' | StateChange): string => `state-${state}`;

/** A document that was changed, and how it can be asked for. */
export interface ChangedDocument {
  readonly change: StateChange;
  readonly document: Pick<Read, 'resource' | 'id'>;
  /** The ETags before the change and after it; undefined where there was no document, or there are no ETags. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The version after the change, where versions are told. */
  readonly version: number | undefined;
  /** What a write that is refused would have put there. */
  readonly refused: DocumentBody;
  /** Pages that may show it; undefined where the target has none. */
  readonly pages: Readonly<Record<'list' | 'second page' | 'join', List | Join | undefined>>;
}

/** A kind of request whose answer tells in which state the document was. */
export interface Way {
  readonly what: string;
  readonly operation: Operation;
  readonly overrides?: Overrides;
  /** Whether it was the state after the change; undefined for an answer that tells of neither. */
  isAfter(asked: Asked): boolean | undefined;
}

/** What can tell a session the state, though it did not know it before. */
export const tellingsOf = (changed: ChangedDocument, system: System): readonly Way[] => [
  ...reads(changed),
  ...conditionalTellings(changed),
  ...refusedWrites(changed, system),
];

/** What must be answered from the state after the change, or a later one, to whoever was told of it. */
export const demandsOn = (changed: ChangedDocument): readonly Way[] => [
  ...reads(changed),
  ...conditionalDemands(changed),
];

function reads(changed: ChangedDocument): readonly Way[] {
  const { document, change, after, pages } = changed;
  const read = { kind: 'read', ...document } as const;
  const isShown = shownAfter(changed);
  const isAbsent = ({ answer }: Asked): boolean => answer.outcome === 'absent';
  const head: Way = {
    what: 'a HEAD',
    operation: read,
    overrides: { method: 'HEAD' },
    // What a GET would send, but for the content (RFC 9110, section 9.3.2).
    isAfter: ({ response: { status, headers } }) =>
      change === 'deleted' ? status === 404 || status === 410 : status === 200 && headers.etag === after,
  };
  return [
    { what: 'a read', operation: read, isAfter: change === 'deleted' ? isAbsent : isShown },
    ...(change === 'deleted' || after !== undefined ? [head] : []),
    ...Object.entries(pages).flatMap(([what, operation]) =>
      operation ? [{ what: `a ${what}`, operation, isAfter: isShown }] : [],
    ),
  ];
}

/** Whether the documents that an answer shows are those of the state after the change. */
const shownAfter =
  ({ change, document: { id }, version }: ChangedDocument) =>
  ({ answer }: Asked): boolean | undefined => {
    if (answer.outcome !== 'ok') return false;
    const shown = answer.documents.find((each) => each.id === id);
    if (change === 'deleted' || !shown) return (change === 'deleted') === (shown === undefined);
    // Its id alone tells that it is there, and no more.
    if (shown.body === undefined && shown.version === undefined)
      return change === 'created' ? true : undefined;
    return shown.body === undefined ? shown.version === version : holds(shown, wordOf(change));
  };

const isRefused = ({ answer: { outcome } }: Asked): boolean => outcome === 'refused' || outcome === 'absent';

/** A weak one never matches, whatever the state (RFC 9110, section 13.1.1): it tells nothing. */
const strong = (tag: string | undefined): string | undefined => (tag?.startsWith('"') ? tag : undefined);

/** RFC 9110, sections 13.1.1 and 13.1.2. */
function conditionalTellings({ change, document, before, after }: ChangedDocument): readonly Way[] {
  const read = { kind: 'read', ...document } as const;
  const unchanged: Way = {
    what: 'a 304',
    operation: { ...read, ifNoneMatch: after ?? '' },
    isAfter: ({ response }) => response.status === 304,
  };
  const failed: Way = {
    what: 'a read whose If-Match failed',
    operation: { ...read, ifMatch: before ?? '' },
    isAfter: ({ response }) => response.status === 412,
  };
  return [
    ...(change !== 'deleted' && after !== undefined ? [unchanged] : []),
    ...(change === 'changed' && strong(before) !== undefined ? [failed] : []),
  ];
}

function conditionalDemands(changed: ChangedDocument): readonly Way[] {
  const { change, document, before, after } = changed;
  if (change !== 'changed' || before === undefined || after === undefined) return [];
  const read = { kind: 'read', ...document } as const;
  const isShown = shownAfter(changed);
  return [
    {
      what: 'a read with the former ETag in If-None-Match',
      operation: { ...read, ifNoneMatch: before },
      isAfter: isShown,
    },
    ...(strong(after) === undefined
      ? []
      : [
          {
            what: 'a read with the new ETag in If-Match',
            operation: { ...read, ifMatch: after },
            isAfter: isShown,
          },
        ]),
  ];
}

/** Writes that the state after the change refuses, and the one before would not have. */
function refusedWrites(
  { change, document, before, refused }: ChangedDocument,
  system: System,
): readonly Way[] {
  const put = { kind: 'put', ...document, body: refused } as const;
  const tag = strong(before);
  const ifMatch = tag === undefined ? undefined : { ifMatch: tag };
  const writes: Readonly<Record<StateChange, readonly Operation[]>> = {
    changed: ifMatch
      ? [
          { ...put, ...ifMatch },
          { ...put, kind: 'patch', ...ifMatch },
          { kind: 'delete', ...document, ...ifMatch },
          { kind: 'batch', writes: [{ ...put, ...ifMatch }] },
        ]
      : [],
    deleted: ifMatch
      ? [
          { ...put, ...ifMatch },
          { ...put, kind: 'patch' },
        ]
      : [],
    created: [
      ...(system.promises.includes('unique-ids') ? [{ ...put, kind: 'create' } as const] : []),
      ...(system.request.etagOf ? [{ ...put, ifNoneMatch: '*' } as const] : []),
    ],
  };
  return writes[change]
    .filter(({ kind }) => routeTo(system, kind, document.resource))
    .map((operation) => ({ what: `a ${operation.kind} that was refused`, operation, isAfter: isRefused }));
}
