import type { Read } from '../../../reference-worker/target/index.ts';
import {
  type Asked,
  accountOf,
  Client,
  LAGS,
  platformOf,
  resourceWith,
  type Target,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';

/** The resource whose documents the checks of caches write and read. @throws NeedNotMet when there is none */
export const cachedResource = (target: Target): string =>
  resourceWith(target.system, { routes: ['read', 'put'] }).name;

export type DocumentId = Pick<Read, 'resource' | 'id'>;

/** Longer than a busy machine takes for what a Worker leaves to be done after its response. */
const PATIENCE_MS = 3_000;
/** After which a document is taken to be in a cache that does not tell. */
const READS_UNTOLD = 5;

/** Asks until the answer is as awaited, within a bound. @returns the last answer, as awaited or not */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  isAwaited: (answer: Answer) => boolean,
): Promise<Answer> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isAwaited(answer) || performance.now() > deadlineMs) return answer;
  }
}

/** A read without a bookmark: it may be answered with anything that was ever true, and so shows what a cache holds. */
export const strangerRead = (
  target: Target,
  account: TestAccount,
  { resource, id }: DocumentId,
  pop?: string,
): Promise<Asked> => new Client(target, account, pop).ask({ kind: 'read', resource, id });

/** Reads as a stranger until a cache answers; where the target does not say what answered, a few times. */
export async function readUntilHit(
  target: Target,
  account: TestAccount,
  document: DocumentId,
  pop?: string,
): Promise<Asked> {
  let reads = 0;
  return until(
    () => strangerRead(target, account, document, pop),
    ({ answer: { cache } }) => {
      reads += 1;
      return cache === 'hit' || (cache === undefined && reads === READS_UNTOLD);
    },
  );
}

/** Whether the document was shown as it was at this version, of which its body tells the number. */
export const showsVersion = ({ answer }: Asked, version: number): boolean => {
  const [document] = answer.documents;
  return answer.outcome === 'ok' && document?.version === version && document.body?.n === version;
};

/** What an answer showed, for a witness. */
export const shown = ({ answer, response }: Asked): string => {
  const [document] = answer.documents;
  if (answer.outcome === 'absent') return 'that there is no such document';
  if (answer.unreadable !== undefined) return `a body that cannot be read, with status ${response.status}`;
  if (!document?.body) return `status ${response.status}`;
  return `version ${document.version} with the body ${JSON.stringify(document.body)}`;
};

/** Lets every replica catch up with what has been written. */
export const replicasCatchUp = (target: Target): Promise<void> =>
  platformOf(target).platform.control.advance(LAGS.farReplicaMs);

/** Documents of the subject at version 1, which every replica shows. */
export async function firstVersions(
  { target, unique }: Context,
  names: readonly string[],
): Promise<readonly DocumentId[]> {
  const writer = new Client(target, accountOf(target, 'subject'));
  const documents = names.map((name) => ({ resource: cachedResource(target), id: unique(name) }) as const);
  const writes = documents.map((document) => writer.begin({ kind: 'put', ...document, body: { n: 1 } }));
  await target.settle(Promise.all(writes));
  if (target.environment === 'simulated-time') await replicasCatchUp(target);
  return documents;
}

/** Makes the cache of every PoP hold an entry of each document. */
export async function cachedEverywhere({ target }: Context, documents: readonly DocumentId[]): Promise<void> {
  const account = accountOf(target, 'subject');
  for (const pop of target.pops)
    await Promise.all(documents.map((document) => readUntilHit(target, account, document, pop)));
}
