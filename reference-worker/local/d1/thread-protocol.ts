import { once } from 'node:events';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import type { Backend } from '../backend/index.ts';

/** What the main thread asks of a database's thread; the answer comes back on a port of its own. */
export interface ThreadCall {
  readonly method: keyof Backend | 'close';
  readonly argument: unknown;
  readonly answerTo: MessagePort;
}

/** A database's thread, as seen from the main thread. */
export function threadPart(thread: Worker): Backend & { close(): Promise<void> } {
  const call = async (method: ThreadCall['method'], argument?: unknown) => {
    const { port1, port2 } = new MessageChannel();
    const answer = once(port1, 'message');
    thread.postMessage({ method, argument, answerTo: port2 } satisfies ThreadCall, [port2]);
    const [result] = await answer;
    port1.close();
    return result;
  };
  return {
    advance: (ms) => call('advance', ms),
    untilNextMs: () => call('untilNextMs'),
    setFaults: (plan) => call('setFaults', plan),
    faultReports: () => call('faultReports'),
    waiting: () => call('waiting'),
    usage: () => call('usage'),
    close: () => call('close'),
  };
}
