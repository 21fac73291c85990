import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { FixtureError } from '../../../fixtures/generator/index.ts';
import { heapFor } from './ceiling.ts';
import {
  MEASUREMENT_OF,
  type MeasurementOf,
  Message,
  type SeedContestant,
  type SeedTask,
  type Tell,
} from './contestant.ts';

const SCRIPT = join(import.meta.dirname, 'contestant-process.ts');

/**
 * Lets one contestant do its work in a process of its own: none inherits another's memory or warmed-up code.
 *
 * @throws FixtureError `contestant_failed` with what the process said; the reason of `signal`, when the process has
 *   ended
 */
export async function runContestant<C extends SeedContestant>(
  task: SeedTask & { readonly contestant: C },
  { onStep = () => undefined, signal }: { onStep?: Tell; signal?: AbortSignal } = {},
): Promise<MeasurementOf<C>> {
  signal?.throwIfAborted();
  const child = fork(SCRIPT, [JSON.stringify(task)], {
    // Node runs TypeScript by itself; the parent's loader would slow the child's start only.
    execArgv: task.contestant === 'ceiling' ? [heapFor(task.plan)] : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const stop = (): void => void child.kill();
  signal?.addEventListener('abort', stop);
  let measurement: unknown;
  child.on('message', (received) => {
    const message = Message.parse(received);
    if ('step' in message) onStep(message.step);
    else measurement = message.measurement;
  });
  try {
    const [[code, endedBy], said] = await Promise.all([
      once(child, 'close'),
      child.stderr && text(child.stderr),
    ]);
    signal?.throwIfAborted();
    if (code !== 0) {
      const how = endedBy ? `was ended by ${endedBy}` : `ended with code ${code}`;
      throw new FixtureError(
        'contestant_failed',
        `the process of ${task.contestant} ${how}; run again when that is put right. It said:\n${said}`,
      );
    }
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  // The key and the schema belong together, which TypeScript does not follow through an indexed type.
  return MEASUREMENT_OF[task.contestant].parse(measurement) as MeasurementOf<C>;
}
