import { byte, type Columns, columnsOf, FAILED, NONE } from '../columns/index.ts';
import type { Guarantee, GuaranteeViolation } from '../history.ts';
import { state, told } from '../phrases.ts';
import {
  breach,
  isCommit,
  type KeyEffect,
  type KeyHistory,
  keyHistories,
  newestCompleteBefore,
  satisfiedBy,
  type Trace,
  traceOf,
  writersOf,
} from '../trace/index.ts';
import { decidedByKey } from './hidden-writes.ts';

/**
 * No lost write: what was acknowledged stays. Broken, for a key, by
 *
 * 1. two effects that were acknowledged with the same version: one has taken the other's place;
 * 2. an observation of an acknowledged effect's version that shows another value than the effect's, or any at all where the
 *    effect is a delete;
 * 3. an effect that was invoked when another one had been acknowledged, and was acknowledged with an older version: it did
 *    not find the other;
 * 4. a strong read (see history.ts) that was invoked when an effect had been acknowledged and is satisfied only with an
 *    older version (see Trace). A read that is not strong may be late; whether its session could expect more is for read
 *    your writes to judge.
 */
export const noLostWrite: Guarantee = {
  id: 'no-lost-write',
  title: 'No lost write',
  meaning: 'What was acknowledged stays, until a later write replaces it.',
  check: decidedByKey((history) => {
    const trace = traceOf(history);
    for (const ofKey of keyHistories(trace.columns)) {
      const commits = ofKey.effects.filter(isCommit);
      const found =
        sharedVersion(trace.columns, ofKey.key, commits) ??
        otherValue(trace.columns, ofKey, commits) ??
        overtaken(trace.columns, ofKey.key, commits) ??
        missingAtLast(trace, ofKey, commits);
      if (found) return found;
    }
    return undefined;
  }),
};

/** Two effects that were acknowledged with the same version. */
export function sharedVersion(
  columns: Columns,
  key: string,
  commits: readonly KeyEffect[],
): GuaranteeViolation | undefined {
  const ofVersion = new Map<number, KeyEffect>();
  for (const commit of commits) {
    const other = ofVersion.get(commit.version);
    ofVersion.set(commit.version, commit);
    if (!other) continue;
    return breach(
      columns,
      [other, commit],
      `${told(columns.operation(other.operation))}, nothing else can be ${state(key, commit.version)}`,
      told(columns.operation(commit.operation)),
    );
  }
  return undefined;
}

/** An observation that shows something else at an acknowledged version. */
export function otherValue(
  columns: Columns,
  { key, observations }: KeyHistory,
  commits: readonly KeyEffect[],
): GuaranteeViolation | undefined {
  const ofVersion = new Map(commits.map((commit) => [commit.version, commit]));
  for (const observation of observations) {
    const commit = ofVersion.get(observation.version);
    if (!commit) continue;
    const isOther = observation.value !== NONE && observation.value !== commit.value;
    if (!isOther && commit.kind !== 'delete') continue;
    const [writer, reader] = [columns.operation(commit.operation), columns.operation(observation.operation)];
    return breach(
      columns,
      [commit, observation],
      `${told(writer)}, ${state(key, commit.version)} ${commit.kind === 'delete' ? 'shows nothing' : 'shows what it wrote'}`,
      `${reader.session} saw ${state(key, observation.version)} with another value`,
    );
  }
  return undefined;
}

function overtaken(
  columns: Columns,
  key: string,
  commits: readonly KeyEffect[],
): GuaranteeViolation | undefined {
  const newestBefore = newestCompleteBefore(commits);
  for (const later of commits) {
    const newest = newestBefore(later.invoked);
    if (!newest || later.version >= newest.version) continue;
    return breach(
      columns,
      [newest, later],
      `${told(columns.operation(newest.operation))}, what is written afterwards must be newer than ${state(key, newest.version)}`,
      told(columns.operation(later.operation)),
    );
  }
  return undefined;
}

function missingAtLast(
  trace: Trace,
  { key, reads }: KeyHistory,
  commits: readonly KeyEffect[],
): GuaranteeViolation | undefined {
  const { columns } = trace;
  const newestBefore = newestCompleteBefore(commits);
  for (const read of reads) {
    if (!read.isStrong) continue;
    const lost = newestBefore(read.invoked);
    if (!lost || lost.version <= satisfiedBy(trace, read.item, read.operation)) continue;
    return breach(
      columns,
      [lost, read],
      `${told(columns.operation(lost.operation))}, a read that is made when all has settled must show ${state(key, lost.version)} or newer`,
      told(columns.operation(read.operation)),
    );
  }
  return undefined;
}

/** Failed writes do not happen. Broken by an observation of a value that a failed write was to write. */
export const failedWritesDoNotHappen: Guarantee = {
  id: 'failed-writes-do-not-happen',
  title: 'Failed writes do not happen',
  meaning: 'What was refused is never seen.',
  check(history) {
    const columns = columnsOf(history);
    const writers = writersOf(columns);
    for (const { key, observations } of keyHistories(columns)) {
      for (const observation of observations) {
        const writer = writers.of(observation.value);
        if (writer === NONE || byte(columns.operationKind, writer) !== FAILED) continue;
        const { session } = columns.operation(observation.operation);
        return breach(
          columns,
          [{ operation: writer }, observation],
          `${told(columns.operation(writer))}, nobody must ever see what it would have written`,
          `${session} saw it, as ${state(key, observation.version)}`,
        );
      }
    }
    return undefined;
  },
};
