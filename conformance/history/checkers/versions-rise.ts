import { type Columns, columnsOf, NONE } from '../columns/index.ts';
import type { Guarantee, GuaranteeViolation } from '../history.ts';
import { state, told } from '../phrases.ts';
import {
  breach,
  isCommit,
  isUndecided,
  type KeyEffect,
  type KeyHistory,
  type KeyObservation,
  keyHistories,
  shownVersions,
} from '../trace/index.ts';
import { decidedByKey } from './hidden-writes.ts';
import { otherValue, sharedVersion } from './lost-writes.ts';

/**
 * Versions rise by one: each version of a key, from 1 to the greatest that was acknowledged or shown, was made by one effect,
 * and has its value. Broken, for a key, by
 *
 * 1. two effects that were acknowledged with the same version;
 * 2. a version that is shown with two values, or with another one than its acknowledged effect wrote (a delete: with any);
 * 3. a value that is shown at two versions, or at another one than its effect was acknowledged with;
 * 4. a version that nothing can have made in time, or several versions that too few effects can have made. In time is what
 *    was invoked no later than the first proof (an acknowledgement, an observation) of that version or a later one was
 *    complete. What can have made a version is the effect that was acknowledged with it; if there is none, an effect
 *    that may have happened with a version that nobody was told, without If-Match or with that of the version before; if the
 *    version was shown, then it wrote the value that was shown; if it was not, then its own value was never shown. No effect
 *    makes two versions.
 */
export const versionsRiseByOne: Guarantee = {
  id: 'versions-rise-by-one',
  title: 'Versions rise by one',
  meaning: 'Every write makes the next version, and every version has one value.',
  check: decidedByKey((history) => {
    const columns = columnsOf(history);
    for (const ofKey of keyHistories(columns)) {
      const commits = ofKey.effects.filter(isCommit);
      const found =
        sharedVersion(columns, ofKey.key, commits) ??
        otherValue(columns, ofKey, commits) ??
        twoValues(columns, ofKey) ??
        twoVersions(columns, ofKey, commits) ??
        unmade(columns, ofKey, commits);
      if (found) return found;
    }
    return undefined;
  }, 'acknowledged writes only'),
};

const saw = (columns: Columns, key: string, { operation, version }: KeyObservation): string =>
  `${columns.operation(operation).session} saw ${state(key, version)}`;

function twoValues(columns: Columns, { key, observations }: KeyHistory): GuaranteeViolation | undefined {
  const ofVersion = new Map<number, KeyObservation>();
  for (const observation of observations) {
    if (observation.value === NONE) continue;
    const other = ofVersion.get(observation.version) ?? observation;
    ofVersion.set(observation.version, other);
    if (other.value === observation.value) continue;
    return breach(
      columns,
      [other, observation],
      `${saw(columns, key, other)}, that is what everybody sees at this version`,
      `${saw(columns, key, observation)} with another value`,
    );
  }
  return undefined;
}

function twoVersions(
  columns: Columns,
  { key, observations }: KeyHistory,
  commits: readonly KeyEffect[],
): GuaranteeViolation | undefined {
  const ofValue = new Map<number, KeyEffect | KeyObservation>(
    commits.map((commit) => [commit.value, commit]),
  );
  for (const observation of observations) {
    if (observation.value === NONE) continue;
    const other = ofValue.get(observation.value) ?? observation;
    ofValue.set(observation.value, other);
    if (other.version === observation.version) continue;
    const first = 'kind' in other ? told(columns.operation(other.operation)) : saw(columns, key, other);
    return breach(
      columns,
      [other, observation],
      `${first}, this value has that version`,
      `${saw(columns, key, observation)} with the same value`,
    );
  }
  return undefined;
}

function unmade(
  columns: Columns,
  ofKey: KeyHistory,
  commits: readonly KeyEffect[],
): GuaranteeViolation | undefined {
  const { key, effects, observations } = ofKey;
  const proofs = firstProofs([...commits, ...observations]);
  const makers = new Map(commits.map((commit) => [commit.version, commit]));
  const shown = new Map(observations.map((each) => [each.version, each]));
  for (const each of observations) if (each.value !== NONE) shown.set(each.version, each);
  const spare = new Spare(effects.filter(isUndecided), shownVersions(ofKey));
  const newest = proofs.at(-1)?.version ?? 0;
  for (let [version, nth] = [1, 0]; version <= newest; version += 1) {
    while ((proofs[nth]?.version ?? version) < version) nth += 1;
    const proof = proofs[nth]?.first;
    if (!proof) throw new Error(`nothing proves ${state(key, version)} or a later version`);
    const maker = makers.get(version) ?? spare.take(version, shown.get(version), proof.completed);
    if (maker && maker.invoked <= proof.completed) continue;
    const known = `${state(key, version)} was there by then, and must have been written before`;
    const by = 'kind' in proof ? told(columns.operation(proof.operation)) : saw(columns, key, proof);
    const however = maker
      ? `${told(columns.operation(maker.operation))} only afterwards`
      : `no write can have made ${state(key, version)}`;
    return breach(columns, maker ? [proof, maker] : [proof], `${by}, ${known}`, however);
  }
  return undefined;
}

interface FirstProof {
  readonly version: number;
  /** The first to be complete of the proofs of this version and of later ones. */
  readonly first: KeyEffect | KeyObservation;
}

/** Of each version that is proven, from the oldest on. */
function firstProofs(proofs: readonly (KeyEffect | KeyObservation)[]): FirstProof[] {
  const fromNewest: FirstProof[] = [];
  for (const proof of proofs.toSorted((a, b) => b.version - a.version)) {
    const last = fromNewest.at(-1);
    const first = last && last.first.completed <= proof.completed ? last.first : proof;
    if (last?.version === proof.version) fromNewest.pop();
    fromNewest.push({ version: proof.version, first });
  }
  return fromNewest.reverse();
}

/**
 * Effects that may have made versions which nobody was told. They are taken for one version after the other, of which later
 * ones leave more time: so whatever is taken first, no other choice would go further.
 */
class Spare {
  readonly #ofValue = new Map<number, KeyEffect>();
  /** Those with an If-Match, by the version that it names: the first to be sent of either kind. */
  readonly #ofExpected = new Map<number, Queues>();
  /** Those that may make any version. */
  readonly #free: Queues = { deletes: [], others: [] };

  constructor(undecided: readonly KeyEffect[], shown: ReadonlyMap<number, KeyObservation>) {
    for (const effect of undecided.toSorted((a, b) => a.invoked - b.invoked)) {
      if (effect.kind !== 'delete' && shown.has(effect.value)) this.#ofValue.set(effect.value, effect);
      else queueOf(this.#queuesFor(effect), effect.kind).push(effect);
    }
  }

  /**
   * @param observation of the version, if it was shown, with its value if it was shown with one; a delete made none that
   *   was shown
   */
  take(version: number, observation: KeyObservation | undefined, latestStart: number): KeyEffect | undefined {
    if (observation !== undefined && observation.value !== NONE) {
      const writer = this.#ofValue.get(observation.value);
      return writer && (writer.expected === NONE || writer.expected === version - 1) ? writer : undefined;
    }
    const bound = this.#ofExpected.get(version - 1);
    const deletes = observation ? [] : [bound?.deletes, this.#free.deletes];
    for (const queue of [deletes[0], bound?.others, deletes[1], this.#free.others]) {
      const first = queue?.[0];
      if (first && first.invoked <= latestStart) return queue.shift();
    }
    return undefined;
  }

  #queuesFor({ expected }: KeyEffect): Queues {
    if (expected === NONE) return this.#free;
    const queues = this.#ofExpected.get(expected) ?? { deletes: [], others: [] };
    this.#ofExpected.set(expected, queues);
    return queues;
  }
}

/** In the order in which they were sent. */
interface Queues {
  readonly deletes: KeyEffect[];
  readonly others: KeyEffect[];
}

const queueOf = ({ deletes, others }: Queues, kind: KeyEffect['kind']): KeyEffect[] =>
  kind === 'delete' ? deletes : others;
