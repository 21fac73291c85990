import {
  type Asked,
  accountOf,
  Client,
  type Operation,
  type OperationKind,
  type Resource,
  routeTo,
} from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';
import type { Manners, ModelWrite } from './model.ts';

export const CLAIMS = {
  serves: 'a write that can be done is done',
  replaces:
    'a PUT replaces the whole document (RFC 9110, 9.3.4), a PATCH merges into it (RFC 7396), and neither changes another',
  statuses: 'what is made is answered 201, and what is replaced 200 or 204 (RFC 9110, 9.3.4 and 15.3.2)',
  location: 'Location leads to what was made (RFC 9110, 10.2.2)',
  versions: 'a write tells the next version of its document, and a read and its ETag tell the same one',
  conditions: 'a write whose condition is false changes nothing (RFC 9110, 13.1.1 and 13.1.2)',
  creates: 'a create at the id of a document that is there is refused, and changes nothing',
  absence: 'a document that was deleted is answered as one that never was',
  batches: 'a batch tells one result for each of its writes, in their order, and is done whole or not at all',
  lists: 'a list shows the documents that match, as they were written, and no others',
} as const;
export type ClaimName = keyof typeof CLAIMS;

/** Something that the model says otherwise. */
export class Broken extends Error {
  readonly claim: ClaimName;
  readonly sentences: readonly string[];

  constructor(claim: ClaimName, asked: Asked, because: string) {
    const sentences = [because, `However, ${answered(asked)}.`];
    super(sentences.join(' '));
    this.claim = claim;
    this.sentences = sentences;
  }
}

export interface Complaint {
  readonly claim: ClaimName;
  readonly sentences: readonly string[];
  /** All that was asked; the last one shows it. */
  readonly exchanges: readonly Asked[];
}

/** As the rest of a sentence. */
export function answered({ operation, response, answer }: Asked): string {
  const code = answer.code === undefined ? '' : ` ${answer.code}`;
  return `the ${operation.kind} was answered ${response.status}${code}, with ${response.body.slice(0, 200) || 'no body'}`;
}

/** How the Worker answers for a document that never was. */
export interface Absence {
  readonly manners: Manners;
  readonly answers: ReadonlyMap<OperationKind, Asked>;
}

/** Asks for documents that never were, each another one: a PATCH may make it. */
export async function learnAbsence({ target, unique }: Context, described: Resource): Promise<Absence> {
  const { name: resource } = described;
  const client = new Client(target, accountOf(target, 'subject'));
  const operations: readonly Operation[] = [
    { kind: 'read', resource, id: unique('never-read') },
    // What the description itself would send: a Worker may look at a body before it looks for a document.
    { kind: 'patch', resource, id: unique('never-patch'), body: described.document(unique('never')) },
    { kind: 'delete', resource, id: unique('never-delete') },
  ];
  const answers = new Map<OperationKind, Asked>();
  for (const operation of operations)
    if (routeTo(target.system, operation.kind, resource))
      answers.set(operation.kind, await client.ask(operation));
  const isDone = (kind: OperationKind): boolean => answers.get(kind)?.answer.outcome === 'ok';
  return { manners: { patchMakes: isDone('patch'), deleteIsDone: isDone('delete') }, answers };
}

/** 410 tells of a document that it was there (RFC 9110, section 15.5.11), which its owner may know. */
export function judgeAbsence(kind: OperationKind, asked: Asked, { answers }: Absence): void {
  const never = answers.get(kind);
  const { outcome, code } = asked.answer;
  const { status } = asked.response;
  if (outcome !== 'ok' && status === 410) return;
  if (outcome === never?.answer.outcome && status === never.response.status && code === never.answer.code)
    return;
  const expected = never ? `${never.response.status} ${never.answer.code ?? ''}`.trim() : '404';
  throw new Broken(
    'absence',
    asked,
    `Because there is no such document now, it is answered as if there never had been: ${expected}.`,
  );
}

/** RFC 9110, section 9.3.4 for PUT and 15.3.2 for POST; of PATCH it says nothing (RFC 5789, section 2). */
export function judgeStatus(kind: ModelWrite['kind'], isMade: boolean, asked: Asked): void {
  if (kind === 'delete' || kind === 'patch') return;
  const statuses = isMade ? [201] : [200, 204];
  if (statuses.includes(asked.response.status)) return;
  throw new Broken(
    'statuses',
    asked,
    `Because a ${kind} ${isMade ? 'made' : 'replaced'} a document, it is answered ${statuses.join(' or ')}.`,
  );
}
