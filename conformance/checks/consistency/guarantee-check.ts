import {
  accountOf,
  Client,
  NeedNotMet,
  PROMISE_NAMES,
  type PromiseName,
  routeTo,
} from '../../../reference-worker/target/index.ts';
import { GUARANTEES, type Guarantee } from '../../history/index.ts';
import { documentsOf } from '../../programs/index.ts';
import type { Check, Context } from '../check.ts';
import type { Witness } from '../evidence.ts';
import type { Opportunity } from './opportunities.ts';
import { Recordings } from './recordings.ts';
import { witnessOf } from './witness.ts';

export interface GuaranteeCheck extends Pick<Check, 'title' | 'requirements' | 'severity'> {
  /** Of the guarantee, as in `read-your-writes`. */
  readonly id: string;
  /** What holds in each history, as a clause. */
  readonly claim: string;
  /** Each must occur, or the histories could not have broken the guarantee. */
  readonly opportunities: readonly Opportunity[];
  /** Routes without which there are no opportunities. */
  readonly needs?: Check['needs'];
  /** A promise that it judges, beside those that it needs. */
  readonly judges?: PromiseName;
  /** What is special about this check, and what it does not show. */
  readonly remarks: string;
}

const METHOD =
  'Random programs of up to three sessions create, put, patch, delete, batch, read and list the same three documents ' +
  'from three places, with and without If-Match, by HEAD, If-None-Match, page by page and in a join, in front of a near and a far replica and a KV with caches, on a ' +
  'clock that is stepped by hand. Some run while every request takes time, so that requests overlap, and some while ' +
  'requests meet lost connections, resets, overload, stale KV and a replica that pauses. What the sessions were told ' +
  'is one history, and the guarantee is judged on it alone: not on bookmarks, which prove nothing about the target ' +
  'that made them. A history that breaks the guarantee is shrunk by running smaller programs.';

/** A check of one guarantee, on the histories that all checks of this kind share in a run. */
export function guaranteeCheck(options: GuaranteeCheck): Check {
  const { id, claim, opportunities, needs = [], judges, remarks, ...rest } = options;
  const guarantee = GUARANTEES.find((each) => each.id === id);
  if (!guarantee) throw new Error(`there is no guarantee ${id}`);
  return {
    ...rest,
    id: `consistency/${id}`,
    environment: 'simulated-time',
    // A history is in the order of its versions.
    needs: ['lag', 'faults', 'versions', 'put', 'read', ...needs],
    promises: PROMISE_NAMES.filter((name) => name === judges || needs.includes(name)),
    method: `${METHOD} ${remarks}`,
    async run(context) {
      let recordings = await recordingsOf(context);
      let judged = await judge(recordings, guarantee, opportunities);
      // Asked only before a Worker is accused: such a DELETE looks like a write, and there was none.
      if (judged.broken !== undefined && (await deletesNothing(context))) {
        if (needs.includes('delete'))
          throw new NeedNotMet('needs a DELETE that tells whether there was anything to delete');
        recordings = await recordingsWithoutDeletes(context);
        judged = await judge(recordings, guarantee, opportunities);
      }
      const { histories, broken, counts } = judged;
      const where = `in ${histories} ${histories === 1 ? 'history' : 'histories'}`;
      opportunities.forEach(({ what }, index) => {
        context.evidence.control(`there are ${what} ${where}: ${counts[index]}`, (counts[index] ?? 0) > 0);
      });
      const witness = broken === undefined ? undefined : await smallestWitness(recordings, broken, guarantee);
      context.evidence.claim(`${where} ${claim}`, witness === undefined, witness);
    },
  };
}

/** The name of a document that is never made. */
function neverIn(context: Context) {
  const { resource } = documentsOf(context.target.system, 'never');
  return { resource, handle: { resource: resource.name, id: context.unique('never') } };
}

const recordingsOf = (context: Context): Promise<Recordings> =>
  context.once('consistency/recordings', async () => {
    const { unique } = context;
    return new Recordings(context, unique('program'), { patchMakes: await patchMakes(context) });
  });

const recordingsWithoutDeletes = (context: Context): Promise<Recordings> =>
  context.once('consistency/recordings without deletes', async () => {
    const { unique } = context;
    const options = { patchMakes: await patchMakes(context), deletesNothing: true };
    return new Recordings(context, unique('undeleted'), options);
  });

async function patchMakes(context: Context): Promise<boolean> {
  const { target } = context;
  const { resource, handle } = neverIn(context);
  if (!routeTo(target.system, 'patch', resource.name)) return false;
  const client = new Client(target, accountOf(target, 'subject'));
  const { answer } = await client.ask({ kind: 'patch', ...handle, body: resource.document(handle.id) });
  return answer.outcome === 'ok';
}

/** Whether a DELETE of what was never there is answered as done. */
const deletesNothing = (context: Context): Promise<boolean> =>
  context.once('consistency/deletes nothing', async () => {
    const { target } = context;
    const { resource, handle } = neverIn(context);
    if (!routeTo(target.system, 'delete', resource.name)) return false;
    const client = new Client(target, accountOf(target, 'subject'));
    const { answer } = await client.ask({ kind: 'delete', ...handle, id: `${handle.id}-deleted` });
    return answer.outcome === 'ok';
  });

interface Judged {
  /** How many were looked at: all, or up to the first that is broken. */
  readonly histories: number;
  /** The index of that one. */
  readonly broken: number | undefined;
  /** Of each kind of opportunity. */
  readonly counts: readonly number[];
}

async function judge(
  recordings: Recordings,
  guarantee: Guarantee,
  opportunities: readonly Opportunity[],
): Promise<Judged> {
  const counts = opportunities.map(() => 0);
  for (const [index, program] of recordings.programs.entries()) {
    const recording = await recordings.of(program);
    opportunities.forEach(({ count }, at) => {
      counts[at] = (counts[at] ?? 0) + count(recording);
    });
    if (guarantee.check(recording.history)) return { histories: index + 1, broken: index, counts };
  }
  return { histories: recordings.programs.length, broken: undefined, counts };
}

async function smallestWitness(
  recordings: Recordings,
  index: number,
  guarantee: Guarantee,
): Promise<Witness> {
  const { program, path } = await recordings.smallest(index, ({ history }) =>
    Boolean(guarantee.check(history)),
  );
  const recording = await recordings.of(program);
  const violation = guarantee.check(recording.history);
  if (!violation) throw new Error(`a history broke ${guarantee.id} and no longer does`);
  return witnessOf(recording, violation, guarantee, path);
}
