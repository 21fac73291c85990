import type { Effect, History, Read, Write } from './history.ts';
import { factsOf, lowestShown, never, sameKey } from './oracle-facts.testing.ts';
import { type Holds, isBehind, newestIn, proofsOf } from './oracle-sessions.testing.ts';

/** Atomic batch by its definition; see oracle-writes.testing.ts. */
export const atomicBatch: Holds = (history) => {
  const batches = history.operations.filter(
    (each): each is Write => each.kind === 'write' && each.effects.length > 1,
  );
  const reads = history.operations.filter((each): each is Read => each.kind === 'read');
  return batches.every((batch) =>
    batch.outcome === 'failed'
      ? !reads.some((read) => batch.effects.some((effect) => shows(read, { ...effect, key: undefined })))
      : isWhole(history, batch, reads) && hasRoom(history, batch, reads),
  );
};

/** @param key undefined for any */
const shows = (
  read: Read,
  { key, value, kind }: Pick<Effect, 'kind' | 'value'> & { readonly key: string | undefined },
): boolean =>
  kind !== 'delete' && read.seen.some((saw) => saw.value === value && (key === undefined || saw.key === key));

/** The version of a member; undefined of what is none. */
const versionOf = (history: History, effect: Effect): number | undefined =>
  effect.version ?? (effect.kind === 'delete' ? undefined : lowestShown(factsOf(history).sightings, effect));

function isWhole(history: History, batch: Write, reads: readonly Read[]): boolean {
  const proofs = proofsOf(history);
  const members = batch.effects.flatMap((effect) => {
    const version = versionOf(history, effect);
    return version === undefined ? [] : [{ key: effect.key, version }];
  });
  return reads.every((read) => {
    const met = reads.filter((each) => each === read || isBehind(each, read));
    const proven = met.flatMap((each) => proofs.get(each) ?? []);
    return never(
      members,
      members,
      (has, lacks) =>
        proven.some((proof) => sameKey(proof, has) && proof.from >= has.version) &&
        (proofs.get(read) ?? []).some((proof) => sameKey(proof, lacks) && proof.to < lacks.version),
    );
  });
}

function hasRoom(history: History, batch: Write, reads: readonly Read[]): boolean {
  const { effects, sightings } = factsOf(history);
  const untold = batch.effects.filter(({ version }) => version === undefined);
  const showers = reads.filter((read) => untold.some((effect) => shows(read, effect)));
  const hidden = untold.filter((effect) => versionOf(history, effect) === undefined);
  const strong = reads.filter(
    (read) => read.strong && showers.some((each) => each === read || each.completed < read.invoked),
  );
  return never(hidden, strong, (effect, read) => {
    const own = proofsOf(history)
      .get(read)
      ?.find((proof) => sameKey(proof, effect));
    if (!own || own.to > newestIn(history)) return false;
    const isTaken = (version: number): boolean =>
      effects.some((each) => sameKey(each, own) && each.version === version) ||
      sightings.some((each) => sameKey(each, own) && each.version === version && each.value !== undefined);
    return Array.from({ length: own.to }, (_, index) => index + 1).every(isTaken);
  });
}
