import { canaryOf } from '../../fixtures/index.ts';
import {
  Client,
  concurrently,
  type Operation,
  openRemote,
  routeTo,
  TransportError,
} from '../../reference-worker/target/index.ts';
import { badOption } from '../../reports/command/index.ts';
import { accountAsked, type RemoteLoad } from './remote-load.ts';

/** What became of the documents that a load has written. */
export interface CleanedUp {
  /** Those that the load had made. */
  readonly removed: number;
  /** Those that were there before, and hold again what they were seeded with. */
  readonly restored: number;
  /** What is as the load left it, and why. */
  readonly left: readonly { readonly document: string; readonly why: string }[];
}

const EXAMPLES = 5;
/** Some thousand writes over a long distance. */
const MAX_MS = 600_000;
/** Enough to be quick over a long distance, too few to be a load. */
const AT_ONCE = 8;

/**
 * Takes back what a load has written: documents that it made are deleted, and those that it changed hold again what they were
 * seeded with. Versions go on rising, as they must, and each canary says that of its own document: with an older one the next
 * load would take the document for a damaged one.
 *
 * @param written as `resource/id`
 */
export async function cleanUp(
  remote: Pick<RemoteLoad, 'url' | 'subject' | 'plan' | 'http'>,
  written: readonly string[],
  signal: AbortSignal,
): Promise<CleanedUp> {
  const {
    subject: { system, data },
    plan,
  } = remote;
  const account = await accountAsked(remote);
  const { target } = openRemote({ system, accounts: [account] });
  const client = new Client(target, account);
  const seeded = bodiesOf(data.model, plan, written);
  let [removed, restored] = [0, 0];
  const left: { document: string; why: string }[] = [];
  await concurrently(written, AT_ONCE, signal, async (document) => {
    const of = partsOf(document);
    const body = seeded.get(document);
    const kind = body === undefined ? 'delete' : 'put';
    const why = !routeTo(system, kind, of.resource)
      ? `${system.name} has no route for ${kind}`
      : body === undefined
        ? await whyLeft(client, { kind: 'delete', ...of })
        : await whyNotRestored(client, plan.account, of, body);
    if (why !== undefined) left.push({ document, why });
    else if (body === undefined) removed += 1;
    else restored += 1;
  });
  return { removed, restored, left };
}

/** @returns undefined when the document holds again what it was seeded with */
async function whyNotRestored(
  client: Client,
  account: string,
  { resource, id }: ReturnType<typeof partsOf>,
  seeded: string,
): Promise<string | undefined> {
  const canary = (version: number): string => canaryOf({ account, collection: resource, id, version });
  try {
    const { answer } = await client.ask({ kind: 'read', resource, id });
    const version = answer.documents[0]?.version;
    const body = version === undefined ? seeded : seeded.replaceAll(canary(1), canary(version + 1));
    return await whyLeft(client, { kind: 'put', resource, id, body: JSON.parse(body) });
  } catch (error) {
    if (error instanceof TransportError) return 'the read was not answered';
    throw error;
  }
}

/** @returns undefined when it was done; a document that is not there need not be deleted: its write was lost */
async function whyLeft(client: Client, operation: Operation): Promise<string | undefined> {
  try {
    const { answer, response } = await client.ask(operation);
    if (answer.outcome === 'ok' || (operation.kind === 'delete' && answer.outcome === 'absent'))
      return undefined;
    return `the ${operation.kind} was answered with ${response.status}`;
  } catch (error) {
    if (error instanceof TransportError) return `the ${operation.kind} was not answered`;
    throw error;
  }
}

function partsOf(document: string): { resource: string; id: string } {
  const slash = document.indexOf('/');
  return { resource: document.slice(0, slash), id: document.slice(slash + 1) };
}

/** What those of the written documents hold that were seeded, as JSON, by `resource/id`. */
function bodiesOf(
  model: RemoteLoad['subject']['data']['model'],
  plan: RemoteLoad['plan'],
  written: readonly string[],
): Map<string, string> {
  const wanted = new Set(written);
  const bodies = new Map<string, string>();
  for (const resource of new Set(written.map((document) => partsOf(document).resource)))
    for (const place of model.placesOf(plan, resource)) {
      const document = `${resource}/${place.id}`;
      if (wanted.has(document)) bodies.set(document, model.rowAt(plan, place).body);
    }
  return bodies;
}

/** @throws CommandError `bad_option` for a target in which a load would leave what it writes */
export function assertCleanable({ subject: { system } }: RemoteLoad, mayLeave: boolean): void {
  if (mayLeave) return;
  const needed = system.journey.steps.flatMap(({ does, resource }) =>
    does === 'create' ? [`delete ${resource}`] : does === 'patch' ? [`put ${resource}`] : [],
  );
  const missing = needed.filter((each) => {
    const [kind, resource = ''] = each.split(' ');
    return !routeTo(system, kind === 'delete' ? 'delete' : 'put', resource);
  });
  if (missing.length === 0) return;
  throw badOption(
    'target',
    `what people write there could not be taken back, as ${system.name} describes no route for ${missing.join(' and ')}; say that it may stay, with --leave-documents`,
  );
}

/**
 * Takes back what a load has written, as cleanUp does, and gives up after some minutes.
 *
 * @returns as a result has it: how much there is, and the first of what is left
 */
export async function takenBack(remote: RemoteLoad, written: readonly string[]) {
  const { removed, restored, left } = await cleanUp(remote, written, AbortSignal.timeout(MAX_MS));
  const examples = left.slice(0, EXAMPLES).map(({ document, why }) => `${document} (${why})`);
  return { removed, restored, left: left.length, examples };
}
