import { type Asked, Client } from './client.ts';
import type { Operation } from './operation.ts';
import { PreflightError, problemOf, unreachable } from './preflight-problem.ts';
import { clockSkewMs, doubtOfClock } from './skew.ts';
import type { Target } from './target.ts';
import type { TestAccount } from './test-account.ts';
import { TransportError } from './transport.ts';

export interface Preflight {
  /** What takes the proof out of a pass, a sentence each. */
  readonly doubts: readonly string[];
  /** Whether responses tell of a cache that is switched on. */
  readonly showsCache: boolean;
}

/** A replica may answer the first read after a write; after this long none should be that far behind. */
const READ_BACK_LIMIT_MS = 10_000;
const READ_BACK_EVERY_MS = 250;
const COLLECTION = 'clients';

interface Probe {
  readonly client: Client;
  readonly account: TestAccount;
  readonly id: string;
}

/**
 * Looks for mistakes in what was asked for, before any check judges the target by them: a wrong URL, a token that is
 * refused, two tokens of one account, a clock that is wrong. On the local platform, where most of these cannot happen,
 * it only makes sure that the Worker answers, writes and deletes at all; whether reads are right is for the checks.
 *
 * @throws PreflightError
 */
export async function preflight(target: Target): Promise<Preflight> {
  const probes = target.accounts.map((account) => ({
    client: new Client(target, account),
    account,
    id: `${target.idPrefix ?? 'shardproof'}-preflight-${account.role}`,
  }));
  const doubts: string[] = [];
  let showsCache = false;
  for (const { client, account } of probes) {
    const sentAtMs = Date.now();
    const id = `${target.idPrefix ?? 'shardproof'}-preflight-nobody`;
    const asked = await ask(client, { kind: 'read', resource: COLLECTION, id });
    const skewMs = clockSkewMs(asked.response, sentAtMs, Date.now());
    const problem = problemOf(asked, account, skewMs);
    if (problem) throw problem;
    const doubt = doubtOfClock(skewMs, asked.url);
    if (doubt && !doubts.includes(doubt)) doubts.push(doubt);
    showsCache ||= asked.answer.cache !== undefined && asked.answer.cache !== 'off';
  }
  for (const probe of probes) await write(target, probe);
  if (!target.platform) for (const probe of probes) await readBack(target, probe, probes);
  for (const probe of probes) await remove(target, probe);
  return { doubts, showsCache };
}

async function write(target: Target, { client, account, id }: Probe): Promise<void> {
  const kind = target.system.routes.put ? 'put' : 'create';
  const asked = await ask(client, { kind, resource: COLLECTION, id, body: { owner: account.id } });
  if (asked.answer.outcome === 'ok') return;
  throw problemOf(asked, account) ?? notDone(asked, 'write_refused', 'A document could not be written');
}

async function remove(target: Target, { client, account, id }: Probe): Promise<void> {
  if (!target.system.routes.delete) return;
  const asked = await ask(client, { kind: 'delete', resource: COLLECTION, id });
  if (asked.answer.outcome === 'ok') return;
  const what = 'A document that was just written could not be deleted';
  throw problemOf(asked, account) ?? notDone(asked, 'delete_refused', what);
}

/** Its owner must read it. Whoever else does is of the same account, or the Worker leaks, which is for the checks. */
async function readBack(target: Target, probe: Probe, probes: readonly Probe[]): Promise<void> {
  const { client, account, id } = probe;
  const read = { kind: 'read', resource: COLLECTION, id } as const;
  const untilMs = Date.now() + READ_BACK_LIMIT_MS;
  let asked = await ask(client, read);
  while (asked.answer.outcome !== 'ok' && Date.now() < untilMs) {
    await new Promise((resolve) => setTimeout(resolve, READ_BACK_EVERY_MS));
    asked = await ask(client, read);
  }
  if (asked.answer.outcome !== 'ok')
    throw notDone(asked, 'write_not_read', 'A document was written, but not found');
  for (const other of probes) {
    if (other.account === account) continue;
    // Those who wrote later have a position that a replica must have reached: none hides that they are one account.
    const theirs = await ask(other.client, read);
    if (theirs.answer.outcome === 'ok' && !(await isNewTo(target, other, id, probe)))
      throw new PreflightError(
        'same_account',
        `The token of the ${other.account.role} (${other.account.id}) reads and overwrites what the ${account.role} (${account.id}) has just written, so nothing can be told about isolation. ` +
          'Either both tokens are of one account: give tokens of two; or this Worker keeps no accounts apart at all.',
      );
  }
}

/**
 * Whether an account that reads an id has in truth no document of that id: its own first one has version 1, or, where
 * versions do not count, leaves that of the other one as it was.
 */
async function isNewTo(
  target: Target,
  { client, account }: Probe,
  id: string,
  owner: Probe,
): Promise<boolean> {
  if (!target.system.routes.put) return false;
  const { answer } = await ask(client, {
    kind: 'put',
    resource: COLLECTION,
    id,
    body: { owner: account.id },
  });
  if (answer.outcome !== 'ok') return false;
  if (target.lacks('versions') === undefined) return answer.documents[0]?.version === 1;
  const theirs = await ask(owner.client, { kind: 'read', resource: COLLECTION, id });
  return theirs.answer.documents[0]?.body?.owner === owner.account.id;
}

const notDone = ({ url, response, answer }: Asked, code: string, what: string): PreflightError =>
  new PreflightError(
    code,
    `${what} at ${url}: ${response.status}${answer.code ? ` ${answer.code}` : ''}. ` +
      "Check that the token's user may write and delete, and that the system fits the Worker.",
  );

async function ask(client: Client, operation: Operation): Promise<Asked> {
  try {
    return await client.ask(operation);
  } catch (error) {
    if (error instanceof TransportError) throw unreachable(client.account, error);
    throw error;
  }
}
