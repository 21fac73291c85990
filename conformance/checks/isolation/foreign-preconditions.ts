import type { Operation } from '../../../reference-worker/target/index.ts';
import { type Asked, accountOf, Client, NeedNotMet } from '../../../reference-worker/target/index.ts';
import { differences, shapeOf, someOf } from './answers.ts';
import type { Cell } from './cells.ts';
import type { Place } from './sample.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

/** More often than the subject, so that the versions differ. */
const THEIR_WRITES = 3;
/** Versions that neither account has. */
const NOBODYS = ['7', '8'] as const;

/** The requests of a kind that carry a version. */
function conditional(cell: Cell, place: Place, etag: string): readonly Operation[] {
  const body = { secret: 'of an intruder' };
  const ifMatch = { ifMatch: etag };
  switch (cell.route) {
    case 'read':
      return [
        { kind: 'read', ...place, ...ifMatch },
        { kind: 'read', ...place, ifNoneMatch: etag },
      ];
    case 'put':
    case 'patch':
      return [{ kind: cell.route, ...place, body, ...ifMatch }];
    case 'delete':
      return [{ kind: 'delete', ...place, ...ifMatch }];
    default:
      return [
        { kind: 'batch', writes: [{ kind: 'patch', ...place, body, ...ifMatch }] },
        { kind: 'batch', writes: [{ kind: 'delete', ...place, ...ifMatch }] },
      ];
  }
}

async function judgeCell(bench: Bench, cell: Cell): Promise<void> {
  const { target, scene, unique } = bench;
  const [me, other] = [
    new Client(target, accountOf(target, 'subject')),
    new Client(target, accountOf(target, cell.placement)),
  ];
  const both: Place = { resource: 'clients', id: unique(`${cell.route}-${cell.placement}-both`) };
  const only: Place = { resource: 'clients', id: unique(`${cell.route}-${cell.placement}-only`) };
  const secret = scene.secretOf(cell.placement);
  for (let write = 0; write < THEIR_WRITES; write++)
    for (const place of [both, only]) await other.ask({ kind: 'put', ...place, body: { secret } });
  await me.ask({ kind: 'put', ...both, body: { secret: scene.secretOf('subject') } });
  // An answer to a write need not have one.
  const { etag } = (await other.ask({ kind: 'read', ...both })).answer;
  const { etag: ownEtag } = (await me.ask({ kind: 'read', ...both })).answer;
  const isStrong = etag !== undefined && ownEtag !== undefined && !etag.startsWith('W/');
  if (!isStrong) throw new NeedNotMet('needs strong ETags: If-Match compares no others (RFC 9110, 13.1.1)');
  if (etag === ownEtag) throw new NeedNotMet('needs ETags that tell the versions of two accounts apart');
  // Like theirs in form: only its last digit or letter is another.
  const nobodys = NOBODYS.map((last) => String(etag).replace(/\w(?=\W*$)/, last));
  for (const place of [both, only])
    for (const [index, operation] of conditional(cell, place, etag).entries()) {
      // Theirs in the middle, so that what changes with time differs between the other two as well.
      const tags = [nobodys[0] ?? '', etag, nobodys[1] ?? ''];
      const asked: Asked[] = [];
      for (const tag of tags) asked.push(await me.ask(conditional(cell, place, tag)[index] ?? operation));
      const [first, theirs, second] = asked.map((each, at) => shapeOf(each, [tags[at] ?? '']));
      if (!theirs || !first || !second) throw new Error('an answer is missing');
      const told = differences(theirs, [first, second]);
      bench.claim(cell, "another account's version is answered as one that nobody has", told.length === 0, {
        sentences: [
          `Because ${etag} is a version of ${other.account.id} only, it must mean nothing to ${me.account.id}.`,
          `However, the answers to ${etag} and ${nobodys[0]} differ in ${someOf(told)}.`,
        ],
        exchanges: asked,
      });
    }
  for (const operation of conditional(cell, both, ownEtag).slice(0, 1)) {
    const own = await me.ask(operation);
    bench.control(cell, 'the own version is accepted', own.answer.outcome === 'ok', [own]);
  }
}

export const foreignPreconditions = vector({
  name: 'foreign-preconditions',
  title: "Another account's version of a document means nothing in If-Match and If-None-Match.",
  severity: 'high',
  needs: ['another-account', 'if-match', 'put', 'read'],
  leavesOut: [
    { routes: ['list', 'join'], because: 'they show several documents, which have no common version' },
    { routes: ['create'], because: 'it demands that there is no document, hence no version' },
  ],
  method: `Both accounts have a document under one id at different versions, and one only the other account has. The subject
sends the other's version as a precondition: every header and field of the answer is as for a version that nobody has. The
own version is accepted.`,
  judge: (bench) => forEachCell(bench, (cell) => judgeCell(bench, cell)),
});
