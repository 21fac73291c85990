import { text } from 'node:stream/consumers';
import { type ProcessOptions, startProcess } from '../processes.ts';

/** How a program has ended. */
export interface ProgramEnd {
  /** Null where a signal has ended it. */
  readonly code: number | null;
  /** All that it wrote: to standard output, then to standard error. */
  readonly written: string;
}

/** Runs a program to its end. It cannot outlive this process. */
export async function runToEnd(options: Omit<ProcessOptions, 'output'>): Promise<ProgramEnd> {
  const { stdout, stderr, exited } = startProcess({ ...options, output: 'pipe' });
  const [out, errors, { code }] = await Promise.all([
    stdout ? text(stdout) : '',
    stderr ? text(stderr) : '',
    exited,
  ]);
  return { code, written: out + errors };
}
