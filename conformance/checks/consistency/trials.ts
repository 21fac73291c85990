import type { Answer, DocumentBody } from '../../../reference-worker/target/index.ts';
import { type Asked, accountOf, Client, type Resource } from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';
import { documentBody, store, storedResource } from '../kit/index.ts';

/**
 * Where time cannot be stepped, a stale answer is a matter of luck: it takes many trials, and a statement of what so
 * many would have missed.
 */
const TRIALS = {
  fast: 64,
  /** A target that is stale in 1 % of the trials passes in less than 1 of 1,000 runs: 0.99^688 < 0.001. */
  full: 688,
} as const;
const STALE_SHARE = 0.01;
/** Sessions at work at the same time. */
const SESSIONS = 8;

/** What one trial of a session does. */
export interface Trial {
  /** Counts the session's trials. */
  readonly round: number;
  /** The document that is the session's own. */
  readonly document: { readonly resource: string; readonly id: string };
  /** What the round writes. */
  readonly body: DocumentBody;
  /** Two places: the same, where there is only one. */
  readonly here: string;
  readonly there: string;
}

/** What came of one trial. */
export interface Tried {
  /** Whether every request was answered: else nothing can be said. */
  readonly isAnswered: boolean;
  readonly isFresh: boolean;
  readonly sentences: readonly string[];
  readonly exchanges: readonly Asked[];
}

/**
 * Repeats a trial in several sessions at once, until one is stale or there are enough.
 *
 * @param begin makes a session, and answers with what does its trials
 */
export async function runTrials(
  context: Pick<Context, 'target' | 'effort' | 'unique'>,
  begin: (client: () => Client) => (trial: Trial) => Promise<Tried>,
): Promise<readonly Tried[]> {
  const { target, effort, unique } = context;
  const { pops } = target;
  const resource = storedResource(target.system, { routes: ['put', 'read'] });
  const tried: Tried[] = [];
  const session = async (_: unknown, index: number): Promise<void> => {
    const newClient = () => new Client(target, accountOf(target, 'subject'));
    // Before the trials, whose sessions know nothing of it: where the server makes ids, this is how to learn one.
    const id = unique(`trial-${index}`);
    const isServers = resource.ids === 'server';
    const made = isServers
      ? await store(context, newClient(), resource, { id, body: roundBody(resource, -1) })
      : undefined;
    const document = made?.handle ?? { resource: resource.name, id };
    const trial = begin(newClient);
    for (let round = 0; round < TRIALS[effort] / SESSIONS; round++) {
      if (tried.some(isStale)) return;
      const [here = '', there = here] = [pops[round % pops.length], pops[(round + 1) % pops.length]];
      tried.push(await trial({ round, document, body: roundBody(resource, round), here, there }));
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, session));
  return tried;
}

/** Judges what a number of trials has shown, and says what it cannot have shown. */
export function judgeTrials(
  { evidence }: Pick<Context, 'evidence'>,
  claim: string,
  tried: readonly Tried[],
): void {
  const told = tried.filter(({ isAnswered }) => isAnswered);
  const stale = told.find(isStale);
  const missed = (1 - STALE_SHARE) ** told.length;
  evidence.control(
    `each trial writes anew and is answered (${told.length} of ${tried.length} did)`,
    told.length === tried.length && tried.length > 0,
    tried.find(({ isAnswered }) => !isAnswered)?.exchanges,
  );
  evidence.claim(`in ${told.length} trials ${claim}`, stale === undefined, stale);
  evidence.remark(
    `A target that is stale in ${STALE_SHARE * 100} % of such trials passes ${told.length} of them with a ` +
      `probability of ${missed.toPrecision(2)}.`,
  );
}

const isStale = ({ isAnswered, isFresh }: Tried): boolean => isAnswered && !isFresh;

/** A body that no other round writes: what is read is told by it, whatever the target's versions are. */
export const roundBody = (resource: Resource, round: number): DocumentBody =>
  documentBody(resource, `round${round + 1}end`);

/** The round that wrote what an answer shows, -1 before any; undefined when it shows neither. */
export function roundIn({ outcome, documents: [document] }: Answer): number | undefined {
  if (outcome === 'absent') return -1;
  const told = outcome === 'ok' ? /round(\d+)end/.exec(JSON.stringify(document?.body ?? null)) : null;
  return told ? Number(told[1]) - 1 : undefined;
}
