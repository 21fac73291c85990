import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { PlatformError } from './errors.ts';
import { type ManagedProcess, type ProcessOptions, startProcess } from './processes.ts';

const START_TIMEOUT_MS = 60_000;
const LOG_LINES = 15;

/** One line of workerd's --control-fd; the data plane reports in the same words. */
const Listening = z.object({ event: z.literal('listen'), socket: z.string(), port: z.int() });

export interface ServerOptions extends Omit<ProcessOptions, 'output'> {
  readonly logFile: string;
  /** The sockets it must open before it counts as started. */
  readonly sockets: readonly string[];
  /** What it has to do before it listens: the first thing to look at when it takes too long. */
  readonly preparing?: string;
}

export interface Server {
  readonly process: ManagedProcess;
  /** @throws Error for a name that was not among the sockets asked for */
  portOf(socket: string): number;
  /** The end of its log, for a message. */
  lastLines(): string;
}

/**
 * Starts a process and waits until it listens on every socket.
 *
 * @throws PlatformError `start_failed` with the end of its log, when it ends or takes longer than a minute; it is
 *   not left running
 */
export async function startServer({
  logFile,
  sockets,
  preparing,
  ...options
}: ServerOptions): Promise<Server> {
  const process = startProcess({ ...options, output: { file: logFile } });
  const lastLines = (): string =>
    readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_LINES).join('\n') || '(it is empty)';
  const waiting = new AbortController();
  const outcome = await Promise.race([
    awaitPorts(process, sockets),
    delay(START_TIMEOUT_MS, `did not listen within ${START_TIMEOUT_MS / 1_000} s`, {
      signal: waiting.signal,
    }),
  ]);
  waiting.abort();
  if (typeof outcome === 'string') {
    await process.stop();
    const doing = preparing === undefined ? '' : ` It had to ${preparing}.`;
    const message = `${options.name} ${outcome}.${doing} Its log, ${logFile}, ends with:\n${lastLines()}`;
    throw new PlatformError('start_failed', message);
  }
  const portOf = (socket: string): number => {
    const port = outcome.get(socket);
    if (port === undefined) throw new Error(`${options.name} has no socket ${socket}.`);
    return port;
  };
  return { process, portOf, lastLines };
}

/**
 * Waits for an answer over HTTP, whatever its status: the process serves, and does not just listen.
 *
 * @throws PlatformError `start_failed`
 */
export async function awaitAnswer({ process, portOf, lastLines }: Server, socket: string): Promise<void> {
  const url = `http://127.0.0.1:${portOf(socket)}/`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(START_TIMEOUT_MS) });
    await response.body?.cancel();
  } catch (cause) {
    const message = `${process.name} does not answer on ${url}. Its log ends with:\n${lastLines()}`;
    throw new PlatformError('start_failed', message, { cause });
  }
}

/** The port of each socket, or how the process ended before it had reported them all. */
async function awaitPorts(
  { control, exited }: ManagedProcess,
  sockets: readonly string[],
): Promise<ReadonlyMap<string, number> | string> {
  const ports = new Map<string, number>();
  for await (const line of createInterface(control)) {
    const { socket, port } = Listening.parse(JSON.parse(line));
    ports.set(socket, port);
    if (sockets.every((expected) => ports.has(expected))) return ports;
  }
  const { code, signal } = await exited;
  return `ended with ${signal ?? `code ${code}`}`;
}
