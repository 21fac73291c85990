import { LAGS } from '../../../reference-worker/target/index.ts';
import { type Effect, isRead, type RecordedRead, type RecordedWrite } from '../../history/index.ts';
import type { Recording } from '../../programs/index.ts';
import { type KnownAtRead, knowledgeAtReads } from './known-at-read.ts';

/** What a recording holds that could have broken a guarantee: where there is nothing, nothing has been shown. */
export interface Opportunity {
  /** Follows a number, as in `12 reads of what ...`. */
  readonly what: string;
  count(recording: Recording): number;
}

/** Reads at a replica that had not received yet what the session knew when it asked. */
export const readsBehind = (
  what: string,
  knew: (known: KnownAtRead) => RecordedWrite | undefined,
): Opportunity => ({
  what,
  count: ({ history, elapsedMs }) =>
    knowledgeAtReads(history).filter((known) => {
      const write = knew(known);
      // Since it was asked for, as nobody knows when it was done: that is no later than it arrived anywhere.
      const ageMs = write && (elapsedMs[known.read.invoked] ?? 0) - (elapsedMs[write.invoked] ?? 0);
      return ageMs !== undefined && ageMs < lagMs(known.read);
    }).length,
});

/** What the reader's own replica is behind by, if nothing else goes wrong. */
const lagMs = ({ pop }: RecordedRead): number => (pop === 'EDI' ? LAGS.farReplicaMs : LAGS.nearReplicaMs);

const writesIn = ({ history }: Recording): RecordedWrite[] =>
  history.operations.filter((operation): operation is RecordedWrite => !isRead(operation));

/** Writes of one kind, by what became of them. */
export const writes = (what: string, matches: (write: RecordedWrite) => boolean): Opportunity => ({
  what,
  count: (recording) => writesIn(recording).filter(matches).length,
});

export const hasEffect =
  (matches: (effect: Effect) => boolean) =>
  ({ effects }: RecordedWrite): boolean =>
    effects.some(matches);

/** Pages that show a write together with another document that its session had written, or seen, before. */
export const pages = (what: string, before: 'write' | 'read'): Opportunity => ({
  what,
  count: ({ history: { operations } }) =>
    operations.filter((page) => {
      if (!isRead(page) || page.seen.length < 2) return false;
      return operations.some(
        (write) =>
          !isRead(write) &&
          write.effects.some(({ value }) => page.seen.some((seen) => seen.value === value)) &&
          operations.some(
            (earlier) =>
              earlier.kind === before &&
              earlier.session === write.session &&
              earlier.completed < write.invoked &&
              (isRead(earlier) ? earlier.seen : earlier.effects).some(
                ({ key, version = 0 }) =>
                  version > 0 &&
                  page.seen.some((seen) => seen.key === key) &&
                  write.effects.every((effect) => effect.key !== key),
              ),
          ),
      );
    }).length,
});

/** Operations on a document after its deletion was acknowledged. */
export const afterDeletion: Opportunity = {
  what: 'operations on a document whose deletion was acknowledged',
  count: (recording) => {
    const deletions = writesIn(recording).filter(({ outcome }) => outcome === 'ok');
    return recording.history.operations.filter((operation) =>
      deletions.some(
        ({ completed, effects }) =>
          completed < operation.invoked &&
          effects.some(({ kind, key }) => kind === 'delete' && keysOf(operation).includes(key)),
      ),
    ).length;
  },
};

const keysOf = (operation: Recording['history']['operations'][number]): string[] =>
  (isRead(operation) ? operation.seen : operation.effects).map(({ key }) => key);
