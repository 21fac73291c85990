import { byte, FAILED, NONE } from './columns.ts';
import type { Guarantee } from './history.ts';
import { breach, keyHistories } from './key-history.ts';
import { state, told } from './phrases.ts';
import { columnsOf } from './recorder.ts';
import { writersOf } from './writers.ts';

/** Failed writes do not happen. Broken by a sighting of a value that a failed write was to write. */
export const failedWritesDoNotHappen: Guarantee = {
  id: 'failed-writes-do-not-happen',
  title: 'Failed writes do not happen',
  meaning: 'What was refused is never seen.',
  check(history) {
    const columns = columnsOf(history);
    const writers = writersOf(columns);
    for (const { key, sightings } of keyHistories(columns)) {
      for (const sighting of sightings) {
        const writer = writers.of(sighting.value);
        if (writer === NONE || byte(columns.operationKind, writer) !== FAILED) continue;
        const { session } = columns.operation(sighting.operation);
        return breach(
          columns,
          [{ operation: writer }, sighting],
          `${told(columns.operation(writer))}, nobody must ever see what it would have written`,
          `${session} saw it, as ${state(key, sighting.version)}`,
        );
      }
    }
    return undefined;
  },
};
