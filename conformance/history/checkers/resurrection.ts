import { type Columns, columnsOf, NONE } from '../columns/index.ts';
import type { Guarantee, GuaranteeViolation } from '../history.ts';
import { state, told } from '../phrases.ts';
import {
  breach,
  firstWhere,
  isCommit,
  isUndecided,
  type KeyEffect,
  type KeyHistory,
  type KeyObservation,
  keyHistories,
  newestCompleteBefore,
  shownVersions,
} from '../trace/index.ts';
import { decidedByKey } from './hidden-writes.ts';

/**
 * No resurrection: a deleted document comes back only by a create, or by a put without If-Match. Broken, for a key, by
 *
 * 1. a proof that the document was there at version u, if its newest acknowledged delete up to u, of version d, leaves no
 *    way back: no create or put without If-Match was acknowledged with a version after d and up to u, and none of
 *    unknown version was invoked before the proof was complete (if its value was ever shown, then first after d and up to
 *    u). Proofs are an observation of version u, and an effect that was acknowledged with version u + 1 and needs a document: a
 *    patch, a delete, whatever has an If-Match;
 * 2. an observation of a value of version w at a version v, with an acknowledged delete in between. The version of a value is
 *    that which its write was acknowledged with, or else the lowest at which it was shown.
 */
export const noResurrection: Guarantee = {
  id: 'no-resurrection',
  title: 'No resurrection',
  meaning: 'A deleted document does not come back, unless somebody puts it there again.',
  check: decidedByKey((history) => {
    const columns = columnsOf(history);
    for (const ofKey of keyHistories(columns)) {
      const found = new Deaths(columns, ofKey).resurrection();
      if (found) return found;
    }
    return undefined;
  }),
};

/** That a document was there. */
interface Life {
  readonly proof: KeyObservation | KeyEffect;
  readonly version: number;
}

class Deaths {
  readonly #columns: Columns;
  readonly #history: KeyHistory;
  /** By version. */
  readonly #deletes: readonly KeyEffect[];
  /** The versions of what was acknowledged and needs no document. */
  readonly #births: readonly number[];
  /** What needs no document and may have happened. */
  readonly #possibleBirths: readonly KeyEffect[];
  readonly #shown: ReadonlyMap<number, KeyObservation>;
  /** The versions that are known to be those of acknowledged effects, or of values that were shown. */
  readonly #taken: ReadonlySet<number>;
  readonly #newestBefore: (time: number) => { readonly version: number } | undefined;

  constructor(columns: Columns, history: KeyHistory) {
    this.#columns = columns;
    this.#history = history;
    const commits = history.effects.filter(isCommit);
    this.#deletes = commits.filter(({ kind }) => kind === 'delete').sort((a, b) => a.version - b.version);
    this.#births = commits
      .filter((commit) => !needsDocument(commit))
      .map(({ version }) => version)
      .sort((a, b) => a - b);
    this.#possibleBirths = history.effects.filter((each) => isUndecided(each) && !needsDocument(each));
    this.#shown = shownVersions(history);
    const valued = history.observations.filter(({ value }) => value !== NONE);
    this.#taken = new Set([...commits, ...valued].map(({ version }) => version));
    this.#newestBefore = newestCompleteBefore([...commits, ...history.observations]);
  }

  resurrection(): GuaranteeViolation | undefined {
    if (this.#deletes.length === 0) return undefined;
    const { observations, effects } = this.#history;
    const users = effects.filter((effect) => isCommit(effect) && needsDocument(effect));
    const lives: Life[] = [
      ...observations.map((proof) => ({ proof, version: proof.version })),
      ...users.map((proof) => ({ proof, version: proof.version - 1 })),
    ];
    return this.#withoutBirth(lives) ?? this.#oldValue();
  }

  #withoutBirth(lives: readonly Life[]): GuaranteeViolation | undefined {
    for (const life of lives) {
      const death = this.#lastDeathUpTo(life.version);
      if (!death || this.#isReborn(death, life)) continue;
      const { key } = this.#history;
      return breach(
        this.#columns,
        [death, life.proof],
        `${this.#told(death)}, and nobody can have put it there again, there is no ${key} after that`,
        this.#told(life.proof),
      );
    }
    return undefined;
  }

  #oldValue(): GuaranteeViolation | undefined {
    const acknowledged = new Map(
      this.#history.effects.filter(isCommit).map((commit) => [commit.value, commit] as const),
    );
    for (const observation of this.#history.observations) {
      const origin = acknowledged.get(observation.value) ?? this.#shown.get(observation.value);
      const death = this.#lastDeathUpTo(observation.version - 1);
      if (!origin || !death || death.version <= origin.version) continue;
      return breach(
        this.#columns,
        [origin, death, observation],
        `${this.#told(origin)}, and ${this.#told(death)}, its value is gone for good`,
        `${this.#columns.operation(observation.operation).session} saw it again, as ${state(this.#history.key, observation.version)}`,
      );
    }
    return undefined;
  }

  #lastDeathUpTo(version: number): KeyEffect | undefined {
    return this.#deletes[
      firstWhere(this.#deletes.length, (nth) => (this.#deletes[nth]?.version ?? 0) > version) - 1
    ];
  }

  #isReborn(death: KeyEffect, { version }: Life): boolean {
    const next = firstWhere(this.#births.length, (nth) => (this.#births[nth] ?? 0) > death.version);
    const isIn = (each: number): boolean => each > death.version && each <= version;
    const birth = this.#births[next];
    if (birth !== undefined && isIn(birth)) return true;
    return this.#possibleBirths.some(({ value, invoked }) => {
      const shown = this.#shown.get(value);
      if (shown !== undefined) return isIn(shown.version);
      // Of what nobody had seen when it was sent, a version that is no other's.
      const above = Math.max(death.version, this.#newestBefore(invoked)?.version ?? 0);
      for (let free = above + 1; free <= version; free += 1) if (!this.#taken.has(free)) return true;
      return false;
    });
  }

  #told({ operation }: { readonly operation: number }): string {
    return told(this.#columns.operation(operation));
  }
}

/** Whether an effect is refused where there is no document. */
const needsDocument = ({ kind, expected }: KeyEffect): boolean =>
  kind === 'patch' || kind === 'delete' || expected !== NONE;
