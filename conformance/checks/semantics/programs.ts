import fc from 'fast-check';
import type { JsonObject } from './merge-patch.ts';
import type { ModelWrite, ProgramStep, WriteDemand } from './model.ts';

/** How many documents a program is about. The ids of the first two differ in nothing but case. */
export const SLOTS = 3;
/** What a program writes in place of a value of the indexed field: what lists look for, or something else. */
export const VALUES = { listed: 'listed', other: 'other' } as const;
/** The member that stands for the indexed field, whatever its name. */
export const INDEXED = 'indexed';

/** Names that mean something to the Worker's own envelope, to SQL, to JSON paths and to JavaScript. */
const AWKWARD_NAMES = [
  'id',
  '_version',
  'version',
  'body',
  'deleted',
  'account_id',
  'constructor',
  '$.a',
  'a.b',
  '',
];

const text = fc.constantFrom('', 'x', 'é', 'e\u0301', '😀', "'", '"', 'null', '0');
const scalar = fc.oneof(text, fc.integer({ min: -9, max: 9 }), fc.boolean(), fc.constant(1.5));

/** @param isPatch whether null may stand in it, which means something else in a patch than in a document */
function members(names: readonly string[], isPatch: boolean): fc.Arbitrary<JsonObject> {
  const name = fc.constantFrom(...names);
  const inner = fc.dictionary(name, isPatch ? fc.oneof(scalar, fc.constant(null)) : scalar, { maxKeys: 2 });
  const value = fc.oneof(
    { weight: 3, arbitrary: scalar },
    { weight: 2, arbitrary: inner },
    { weight: 1, arbitrary: fc.array(fc.oneof(scalar, fc.constant(null)), { maxLength: 3 }) },
    { weight: isPatch ? 2 : 1, arbitrary: fc.constant(null) },
  );
  const indexed = fc.constantFrom(VALUES.listed, VALUES.other, ...(isPatch ? [null] : []));
  return fc
    .tuple(fc.dictionary(name, value, { maxKeys: 3 }), fc.option(indexed, { nil: undefined }))
    .map(([drawn, held]) => (held === undefined ? drawn : { ...drawn, [INDEXED]: held }));
}

export interface Offered {
  readonly writes: readonly ModelWrite['kind'][];
  readonly batches: boolean;
  readonly demands: boolean;
  /** Whether every name of a member is given back as it was sent. */
  readonly awkwardNames: boolean;
}

/** Programs of so many steps at most, of what a target offers. */
export function programsOf(offered: Offered, maxLength: number): fc.Arbitrary<readonly ProgramStep[]> {
  const names = ['a', 'b', ...(offered.awkwardNames ? AWKWARD_NAMES : [])];
  const slot = fc.nat(SLOTS - 1);
  const demandOn = (kind: ModelWrite['kind']): fc.Arbitrary<WriteDemand> => {
    if (kind === 'create' || !offered.demands) return fc.constant('nothing');
    const demands: readonly WriteDemand[] = ['there', 'current', 'outdated', 'future'];
    return fc.oneof(
      { weight: 3, arbitrary: fc.constant('nothing' as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...demands, ...(kind === 'put' ? (['not there'] as const) : [])),
      },
    );
  };
  const contentOf = (kind: ModelWrite['kind']): fc.Arbitrary<JsonObject> =>
    kind === 'delete' ? fc.constant({}) : members(names, kind === 'patch');
  // Most of what can be done can be done only to a document that is there.
  const kinds = fc.constantFrom(
    ...offered.writes,
    ...offered.writes.filter((kind) => kind !== 'delete'),
    'put' as const,
  );
  const write: fc.Arbitrary<ModelWrite> = kinds.chain((kind) =>
    fc.record({ kind: fc.constant(kind), slot, body: contentOf(kind), demand: demandOn(kind) }),
  );
  const read = fc.record({ kind: fc.constant('read' as const), slot });
  const batch = fc.record({
    kind: fc.constant('batch' as const),
    writes: fc.array(write, { minLength: 1, maxLength: 4 }),
  });
  const step: fc.Arbitrary<ProgramStep> = fc.oneof(
    { weight: 6, arbitrary: write },
    { weight: 1, arbitrary: read },
    { weight: offered.batches ? 2 : 0, arbitrary: batch },
  );
  return fc.array(step, { minLength: 1, maxLength });
}

const write = (
  kind: ModelWrite['kind'],
  slot: number,
  body: JsonObject = {},
  demand: WriteDemand = 'nothing',
): ModelWrite => ({
  kind,
  slot,
  body,
  demand,
});
const batch = (...writes: readonly ModelWrite[]): ProgramStep => ({ kind: 'batch', writes });

/** Programs that every run tries before it draws others: each thing that a claim is about happens in one of them. */
export const DIRECTED: readonly (readonly ProgramStep[])[] = [
  [write('put', 0, { a: 1, b: { a: 1 }, indexed: VALUES.listed }), write('put', 0, { b: { b: 2 } })],
  [
    write('put', 0, { a: { a: 1, b: 2 }, b: [1, 2, 3] }),
    write('patch', 0, { a: { a: null }, b: [null, 4], indexed: VALUES.listed }),
    write('patch', 0, { a: null, b: { a: { b: null } }, indexed: null }),
  ],
  [
    write('create', 0, { a: 1 }),
    write('create', 0, { a: 2 }),
    write('delete', 0),
    write('delete', 0),
    write('patch', 0, { a: 3 }),
    write('put', 0, { b: 4 }),
  ],
  [
    write('put', 0, { a: 1 }),
    write('put', 0, { a: 2 }),
    ...(['outdated', 'future'] as const).flatMap((demand) => [
      write('put', 0, { a: 3 }, demand),
      write('patch', 0, { a: 3 }, demand),
      write('delete', 0, {}, demand),
    ]),
    write('put', 0, { a: 4 }, 'not there'),
    write('patch', 0, { a: 5 }, 'current'),
    write('delete', 0, {}, 'current'),
    ...(['there', 'current', 'outdated'] as const).flatMap((demand) => [
      write('put', 0, { a: 6 }, demand),
      write('patch', 0, { a: 6 }, demand),
      write('delete', 0, {}, demand),
    ]),
    write('put', 0, { a: 7 }, 'not there'),
    write('put', 0, { a: 8 }, 'there'),
    write('create', 1, { a: 9 }),
    write('put', 2, { a: 9 }, 'there'),
  ],
  // Writes that change nothing are writes.
  [
    write('put', 0, { a: 1, indexed: VALUES.listed }),
    write('put', 0, { a: 1, indexed: VALUES.listed }),
    write('patch', 0, { a: 1 }),
    write('patch', 0),
    batch(write('put', 0, { a: 1, indexed: VALUES.listed })),
  ],
  // Two ids that differ in case alone.
  [write('put', 0, { a: 0 }), write('put', 1, { a: 1 }), write('delete', 0), { kind: 'read', slot: 1 }],
  [
    batch(
      write('put', 2, { a: 2 }),
      write('create', 0, { a: 0 }),
      write('patch', 2, { b: 3 }),
      write('put', 1, { a: 1 }),
    ),
    batch(write('put', 1, { a: 4 }), write('delete', 0), write('put', 2, { a: 5 }, 'current')),
    batch(write('put', 1, { a: 6 }), write('put', 2, { a: 6 }, 'outdated')),
    batch(write('put', 1, { a: 7 }), write('delete', 0)),
    batch(
      write('put', 0, { a: 8 }, 'not there'),
      write('delete', 1, {}, 'there'),
      write('patch', 2, { a: null }),
    ),
  ],
];

/** A directed program without what a target does not offer. */
export const offeredPart = (program: readonly ProgramStep[], offered: Offered): readonly ProgramStep[] => {
  const isOffered = ({ kind, demand }: ModelWrite): boolean =>
    offered.writes.includes(kind) && (offered.demands || demand === 'nothing');
  return program.flatMap((step): ProgramStep[] => {
    if (step.kind === 'read') return [step];
    if (step.kind !== 'batch') return isOffered(step) ? [step] : [];
    const writes = step.writes.filter(isOffered);
    return offered.batches && writes.length > 0 ? [{ ...step, writes }] : [];
  });
};
