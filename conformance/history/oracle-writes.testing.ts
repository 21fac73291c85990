import { atomicBatch } from './oracle-batches.testing.ts';
import {
  type Commit,
  type Did,
  factsOf,
  isCommit,
  isUndecided,
  lowestShown,
  never,
  type Saw,
  sameKey,
} from './oracle-facts.testing.ts';
import { type Holds, newestIn, standsFor } from './oracle-sessions.testing.ts';

/** The other guarantees by their definitions, decided by comparing everything with everything; see oracle-sessions.testing.ts. */

/** A sighting that an acknowledged effect's version does not allow. */
const isOtherValue = (commit: Commit, saw: Saw): boolean =>
  sameKey(commit, saw) &&
  commit.version === saw.version &&
  (commit.kind === 'delete' || (saw.value !== undefined && saw.value !== commit.value));

const sharesVersion = (one: Commit, other: Commit): boolean =>
  sameKey(one, other) && one.version === other.version;

const noLostWrite: Holds = (history) => {
  const { effects, sightings, absences } = factsOf(history);
  const commits = effects.filter(isCommit);
  const newest = newestIn(history);
  return (
    never(commits, commits, sharesVersion) &&
    never(commits, sightings, isOtherValue) &&
    never(
      commits,
      commits,
      (one, other) =>
        sameKey(one, other) && one.by.completed < other.by.invoked && other.version < one.version,
    ) &&
    never(commits, [...sightings, ...absences], (commit, { by, key, version }) => {
      if (!by.strong || key !== commit.key || by.invoked <= commit.by.completed) return false;
      const satisfied = version > 0 ? version : Math.max(...standsFor(history, key, by, newest + 1));
      return satisfied < commit.version;
    })
  );
};

const noLostUpdate: Holds = (history) => {
  const { effects, sightings } = factsOf(history);
  const conditional = effects.filter(({ outcome, expected }) => outcome === 'ok' && expected !== undefined);
  const proofs = [...effects.filter(isCommit), ...sightings];
  return (
    conditional.every(({ version, expected = 0 }) => version === undefined || version === expected + 1) &&
    never(conditional, conditional, (one, other) => sameKey(one, other) && one.expected === other.expected) &&
    never(
      conditional,
      proofs,
      (one, proof) =>
        sameKey(one, proof) && proof.version > (one.expected ?? 0) && proof.by.completed < one.by.invoked,
    )
  );
};

const noResurrection: Holds = (history) => {
  const { effects, sightings } = factsOf(history);
  const commits = effects.filter(isCommit);
  const needsDocument = ({ kind, expected }: Did): boolean =>
    kind === 'patch' || kind === 'delete' || expected !== undefined;
  const deaths = commits.filter(({ kind }) => kind === 'delete');
  const lives = [
    ...sightings.map(({ key, version, by }) => ({ key, version, by })),
    ...commits.filter(needsDocument).map(({ key, version, by }) => ({ key, version: version - 1, by })),
  ];
  const isReborn = (after: number, life: (typeof lives)[number]): boolean =>
    effects.some((birth) => {
      if (!sameKey(birth, life) || needsDocument(birth)) return false;
      const version = birth.version ?? lowestShown(sightings, birth);
      if (version !== undefined && !(version > after && version <= life.version)) return false;
      return (
        isCommit(birth) ||
        (isUndecided(birth) && life.version > after && birth.by.invoked <= life.by.completed)
      );
    });
  const isStillDead = (death: Commit, life: (typeof lives)[number]): boolean =>
    sameKey(death, life) &&
    death.version <= life.version &&
    !deaths.some(
      (each) => sameKey(each, death) && each.version > death.version && each.version <= life.version,
    ) &&
    !isReborn(death.version, life);
  const isOldValue = (death: Commit, saw: Saw): boolean => {
    const known = commits
      .filter((each) => sameKey(each, saw) && each.value === saw.value)
      .map((each) => each.version);
    const versions =
      saw.value === undefined ? [] : [...known, lowestShown(sightings, { ...saw, value: saw.value }) ?? 0];
    return sameKey(death, saw) && saw.version > death.version && (versions[0] ?? saw.version) < death.version;
  };
  return never(deaths, lives, isStillDead) && never(deaths, sightings, isOldValue);
};

const versionsRiseByOne: Holds = (history) => {
  const { effects, sightings } = factsOf(history);
  const commits = effects.filter(isCommit);
  const valued = sightings.filter(({ value }) => value !== undefined);
  const isOneValue =
    never(commits, commits, sharesVersion) &&
    never(commits, sightings, isOtherValue) &&
    never(valued, valued, (a, b) => sameKey(a, b) && (a.version === b.version) !== (a.value === b.value)) &&
    never(commits, valued, (a, b) => sameKey(a, b) && a.value === b.value && a.version !== b.version);
  const proofs = [...commits, ...sightings];
  const keys = new Set(proofs.map(({ key }) => key));
  return isOneValue && [...keys].every((key) => canBeMade(key, effects, sightings));
};

/** Tries every way to give each version a maker. */
function canBeMade(key: string, effects: readonly Did[], sightings: readonly Saw[]): boolean {
  const own = effects.filter((each) => each.key === key);
  const shown = sightings.filter((each) => each.key === key);
  const proofs = [...own.filter(isCommit), ...shown];
  const newest = Math.max(...proofs.map(({ version }) => version));
  const canMake = (effect: Did, version: number): boolean => {
    const end = Math.min(...proofs.filter((each) => each.version >= version).map(({ by }) => by.completed));
    if (effect.by.invoked > end) return false;
    if (effect.version !== undefined) return effect.version === version;
    if (!isUndecided(effect) || own.some((each) => each.version === version)) return false;
    if (effect.expected !== undefined && effect.expected !== version - 1) return false;
    const values = shown.filter((each) => each.version === version && each.value !== undefined);
    const isShown = effect.kind !== 'delete' && shown.some(({ value }) => value === effect.value);
    return values.length > 0 ? isShown && values.every(({ value }) => value === effect.value) : !isShown;
  };
  const search = (version: number, left: readonly Did[]): boolean =>
    version > newest ||
    left.some(
      (effect) =>
        canMake(effect, version) &&
        search(
          version + 1,
          left.filter((each) => each !== effect),
        ),
    );
  return search(1, own);
}

const failedWritesDoNotHappen: Holds = (history) => {
  const { effects, sightings } = factsOf(history);
  const failed = effects.filter(({ outcome, kind }) => outcome === 'failed' && kind !== 'delete');
  return never(failed, sightings, (effect, saw) => effect.value === saw.value);
};

export const WRITE_ORACLE: Readonly<Record<string, Holds>> = {
  'no-lost-write': noLostWrite,
  'no-lost-update': noLostUpdate,
  'no-resurrection': noResurrection,
  'atomic-batch': atomicBatch,
  'versions-rise-by-one': versionsRiseByOne,
  'failed-writes-do-not-happen': failedWritesDoNotHappen,
};
