import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { guardGroup, releaseGroup } from './guard.ts';

/** How long a process may take to stop by itself before it is killed. */
const GRACE_MS = 5_000;

/**
 * Waits for one line before it becomes the command: a process that has not been reported to the guard yet
 * ends by itself if its parent dies first. `exec` keeps the process id.
 */
const GATE = 'read -r _ && exec "$@"';

/** The same in the folder that is named before the command. The shell goes there: it tells when it cannot, and ends. */
const GATE_IN_FOLDER = 'read -r _ && cd -- "$1" && shift && exec "$@"';

export interface ProcessOptions {
  /** Appears in messages. */
  readonly name: string;
  /** A path, or a name to be found on the PATH of `env`. */
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** An absolute path; that of this process unless told otherwise. */
  readonly cwd?: string | undefined;
  /** Where standard output and standard error go; a file is overwritten. */
  readonly output: 'pipe' | 'inherit' | { readonly file: string };
}

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ManagedProcess {
  readonly name: string;
  readonly pid: number;
  /** Both are null unless `output` is `pipe`. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** What the process writes to file descriptor 3, the place for machine-readable reports. */
  readonly control: Readable;
  readonly exited: Promise<ProcessExit>;
  /** SIGTERM to its process group, SIGKILL after five seconds; resolves when the process has ended. */
  stop(): Promise<ProcessExit>;
}

/**
 * Starts a process that cannot outlive this one: not after a crash, not after `kill -9`. A command that
 * cannot be run ends with code 126 or 127, as under a shell, and one whose folder is not there with another than 0.
 */
export function startProcess({ name, command, args, env, cwd, output }: ProcessOptions): ManagedProcess {
  const sink = typeof output === 'object' ? openSync(output.file, 'w') : output;
  const gate = cwd === undefined ? [GATE, name] : [GATE_IN_FOLDER, name, cwd];
  const child = spawn('/bin/sh', ['-c', ...gate, command, ...args], {
    env,
    // A process group of its own: Ctrl-C reaches the parent only, which then stops its children in order.
    detached: true,
    stdio: ['pipe', sink, sink, 'pipe'],
  });
  if (typeof sink === 'number') closeSync(sink);
  const { pid, stdin } = child;
  const control = child.stdio[3];
  if (pid === undefined || !stdin || !control || !('read' in control))
    throw new Error(`/bin/sh could not be started for ${name}.`);

  guardGroup(pid);
  const exited = once(child, 'exit').then(([code, signal]): ProcessExit => {
    releaseGroup(pid);
    return { code, signal };
  });
  // The process may end before it reads its line; its exit code tells that better than a broken pipe.
  stdin.on('error', () => undefined);
  stdin.end('\n');

  async function stop(): Promise<ProcessExit> {
    if (child.exitCode !== null || child.signalCode !== null) return exited;
    signalGroup(Number(pid), 'SIGTERM');
    const timer = setTimeout(() => signalGroup(Number(pid), 'SIGKILL'), GRACE_MS);
    return exited.finally(() => clearTimeout(timer));
  }

  return { name, pid, stdout: child.stdout, stderr: child.stderr, control, exited, stop };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It has ended, and its exit event is still on the way here.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
