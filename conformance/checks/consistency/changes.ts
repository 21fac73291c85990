import {
  type Asked,
  accountOf,
  Client,
  type DocumentBody,
  LAGS,
  type Resource,
} from '../../../reference-worker/target/index.ts';
import { clockOf } from '../../programs/index.ts';
import type { Context } from '../check.ts';
import { documentBody, holds, store } from '../kit/index.ts';

/** Sessions that add to one document at once. */
const ADDING = 5;
/** Fields that are changed at once. */
const FIELDS_MAX = 4;

/** One of several changes to a document: it is told by its mark. */
export interface PlannedChange {
  readonly what: string;
  body(mark: string): DocumentBody;
}

/** What can be changed at once: each change was tried by itself, and showed. */
export async function changesOf(context: Context, resource: Resource): Promise<PlannedChange[]> {
  const { target, unique, evidence } = context;
  if (resource.grows)
    return Array.from({ length: ADDING }, (_, nth) => ({
      what: `entry ${nth}`,
      body: (mark) => documentBody(resource, mark),
    }));
  const client = new Client(target, accountOf(target, 'subject'));
  const id = unique(`${resource.name}-tried`);
  const { handle } = await store(context, client, resource, { id, body: documentBody(resource, id) });
  const changes: PlannedChange[] = [];
  const tried: Asked[] = [];
  for (const field of Object.keys(documentBody(resource, id))) {
    const mark = unique(`tried-${field}`);
    const body = (word: string): DocumentBody => ({ [field]: documentBody(resource, word)[field] });
    if (!JSON.stringify(body(mark)).includes(mark)) continue;
    const asked = await client.ask({ kind: 'patch', ...handle, body: body(mark) });
    if (target.environment === 'simulated-time') await clockOf(target).advance(LAGS.farReplicaMs);
    const read = await client.ask({ kind: 'read', ...handle });
    tried.push(asked);
    // A field that stays as it was made is none that changes.
    if (asked.answer.outcome === 'ok' && holds(read.answer.documents[0], mark))
      changes.push({ what: field, body });
  }
  // Who promises no sessions may show the state before.
  if (target.lacks('sessions') === undefined)
    evidence.control(
      `a field of ${resource.name} is changed by itself`,
      changes.length > 0 || tried.every(({ answer }) => answer.outcome !== 'ok'),
      tried,
    );
  return changes.slice(0, FIELDS_MAX);
}
