import { type Asked, Client } from './client.ts';
import type { Handle, Operation } from './operation.ts';
import { PreflightError, preflightProblemOf, unreachable } from './preflight-problem.ts';
import { clockSkewMs, doubtOfClock } from './skew.ts';
import { existingIn, type Resource, resourcesWith, routeTo } from './system/index.ts';
import { existingKey, type Target } from './target.ts';
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

interface Probe {
  readonly client: Client;
  readonly account: TestAccount;
  readonly resource: Resource;
  /** What its document holds. */
  readonly mark: string;
  /** That document: with the id that the Worker gave it, once it is written. */
  document: Handle;
}

/**
 * Looks for mistakes in what was asked for, before any check judges the target by them: a wrong URL, a token that is
 * refused, two tokens of one account, a clock that is wrong. On the local platform, where most of these cannot happen,
 * it only makes sure that the Worker answers at all; whether it answers right is for the checks.
 *
 * @throws PreflightError
 */
export async function preflight(target: Target): Promise<Preflight> {
  const prefix = `${target.idPrefix ?? 'shardproof'}-preflight`;
  const resource = probedResource(target);
  const probes = target.accounts.map((account): Probe => {
    const document = { resource: resource.name, id: `${prefix}-${account.role}` };
    return {
      client: new Client(target, account),
      account,
      resource,
      mark: `preflight-of-${account.role}`,
      document,
    };
  });
  const doubts: string[] = [];
  let showsCache = false;
  for (const { client, account } of probes) {
    const sentAtMs = Date.now();
    const asked = await ask(client, { kind: 'read', resource: resource.name, id: `${prefix}-nobody` });
    const skewMs = clockSkewMs(asked.response, sentAtMs, Date.now());
    const problem = preflightProblemOf(asked, account, skewMs);
    if (problem && !isForChecks(target, asked)) throw problem;
    const doubt = doubtOfClock(skewMs, asked.url);
    if (doubt && !doubts.includes(doubt)) doubts.push(doubt);
    showsCache ||= asked.answer.cache !== undefined && asked.answer.cache !== 'off';
  }
  await makeExisting(target);
  for (const probe of probes) await write(target, probe);
  await assertMarks(probes);
  if (!target.platform) for (const probe of probes) await readBack(target, probe, probes);
  for (const probe of probes) await remove(target, probe);
  return { doubts, showsCache };
}

/**
 * Makes the documents that others must name, for each account. Made once, and there for the whole run.
 *
 * @throws PreflightError for one that cannot be made
 */
export async function makeExisting(target: Target): Promise<void> {
  const { system, accounts, existing } = target;
  const all = Object.values(system.resources);
  const named = existingIn(JSON.stringify(all.map(({ document }) => document('word'))));
  for (const account of accounts)
    for (const resource of all.filter(({ name }) => named.has(name))) {
      const key = existingKey(account.id, resource.name);
      if (!existing || existing.has(key)) continue;
      const client = new Client(target, account);
      const id = `${target.idPrefix ?? 'shardproof'}-existing`;
      const kind = putsOf(target, resource) ? 'put' : 'create';
      const document = { resource: resource.name, id };
      const asked = await ask(client, { kind, ...document, body: resource.document(id) });
      if (asked.answer.outcome !== 'ok' && !isForChecks(target, asked)) {
        const what = `A document of ${resource.name}, which others must name, could not be written`;
        throw preflightProblemOf(asked, account) ?? notDone(asked, 'write_refused', what);
      }
      existing.set(key, asked.answer.documents[0]?.id ?? id);
    }
}

/**
 * Where the harness itself has made tokens and hosts, neither can be mistaken: an answer that can be read, and is not what it
 * must be, is the Worker's fault and no other, and a check says so.
 */
const isForChecks = ({ platform }: Target, { answer, response }: Asked): boolean =>
  platform?.signing !== undefined && answer.unreadable === undefined && response.status < 500;

/** The first that can be read and written, and deleted if any can. @throws PreflightError */
function probedResource({ system }: Target): Resource {
  const readable = resourcesWith(system, { routes: ['read'] }).filter(({ name }) =>
    (['put', 'create'] as const).some((kind) => routeTo(system, kind, name)),
  );
  const probed = readable.find(({ name }) => routeTo(system, 'delete', name)) ?? readable[0];
  if (probed) return probed;
  throw new PreflightError(
    'nothing_to_ask',
    `No resource of ${system.name} can be both written and read: describe its routes for read, and for put or create.`,
  );
}

const putsOf = ({ system }: Target, { name, ids }: Resource): boolean =>
  ids === 'client' && routeTo(system, 'put', name) !== undefined;

async function write(target: Target, probe: Probe): Promise<void> {
  const { client, account, resource, mark, document } = probe;
  const kind = putsOf(target, resource) ? 'put' : 'create';
  const asked = await ask(client, { kind, ...document, body: resource.document(mark) });
  const id = asked.answer.documents[0]?.id ?? (resource.ids === 'client' ? document.id : undefined);
  if (asked.answer.outcome === 'ok' && id !== undefined) {
    probe.document = { ...document, id };
    return;
  }
  if (asked.answer.outcome === 'ok')
    throw new PreflightError(
      'no_id',
      `${asked.url} made a document and its answer, as the description reads it, tells no id; let answer give documents, with the id of what was made.`,
    );
  if (isForChecks(target, asked)) return;
  throw (
    preflightProblemOf(asked, account) ?? notDone(asked, 'write_refused', 'A document could not be written')
  );
}

async function remove(target: Target, { client, account, resource, document }: Probe): Promise<void> {
  if (!routeTo(target.system, 'delete', resource.name)) return;
  const asked = await ask(client, { kind: 'delete', ...document });
  if (asked.answer.outcome === 'ok' || isForChecks(target, asked)) return;
  const what = 'A document that was just written could not be deleted';
  throw preflightProblemOf(asked, account) ?? notDone(asked, 'delete_refused', what);
}

/** Its owner must read it. Whoever else does is of the same account, or the Worker leaks, which is for the checks. */
async function readBack(target: Target, probe: Probe, probes: readonly Probe[]): Promise<void> {
  const { client, account, document } = probe;
  const read = { kind: 'read', ...document } as const;
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
    if (theirs.answer.outcome === 'ok' && !(await isNewTo(target, other, probe)))
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
async function isNewTo(target: Target, { client, mark }: Probe, owner: Probe): Promise<boolean> {
  const { resource, document } = owner;
  if (!putsOf(target, resource)) return false;
  const { answer } = await ask(client, { kind: 'put', ...document, body: resource.document(mark) });
  if (answer.outcome !== 'ok') return false;
  if (target.lacks('versions') === undefined) return answer.documents[0]?.version === 1;
  const theirs = await ask(owner.client, { kind: 'read', ...document });
  return JSON.stringify(theirs.answer.documents[0]?.body ?? null).includes(owner.mark);
}

/**
 * Documents that are there but have lost their marks would be taken for others by every check. One that has, beside one that
 * has not, is for the checks.
 */
async function assertMarks(probes: readonly Probe[]): Promise<void> {
  for (const { client, document, mark } of probes) {
    const { answer } = await ask(client, { kind: 'read', ...document });
    const [shown] = answer.documents;
    if (answer.outcome !== 'ok' || !shown || JSON.stringify(shown.body ?? null).includes(mark)) return;
  }
  const [{ account, resource } = {}] = probes;
  if (!account || !resource) return;
  const { name } = resource;
  throw new PreflightError(
    'mark_lost',
    `No account gets back what its document of ${name} was made with. Describe resources.${name}.document with fields that the ` +
      'Worker keeps, and let answer give documents with their content; if both are right, the Worker loses what is written.',
  );
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
