import { once } from 'node:events';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import type { Backend } from '../backend/index.ts';
import type { StatementUse } from './statement-log.ts';

/** A database, seen from the main thread. */
export interface DatabasePart extends Backend {
  /** @param url of what counts the rows of this database */
  setRowCounter(url: string): Promise<void>;
  /** What its statements did since this was last asked. */
  takeStatements(): Promise<readonly StatementUse[]>;
  close(): Promise<void>;
}

/** What the main thread asks of a database's thread; the answer comes back on a port of its own. */
export interface ThreadCall {
  readonly method: keyof DatabasePart;
  readonly argument: unknown;
  readonly answerTo: MessagePort;
}

/** A database's thread, as seen from the main thread. */
export function threadPart(thread: Worker): DatabasePart {
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
    setRowCounter: (url) => call('setRowCounter', url),
    takeStatements: () => call('takeStatements'),
    close: () => call('close'),
  };
}
