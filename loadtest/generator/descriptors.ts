import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Only Linux tells from outside how many descriptors a process has open, and how many it may. */
export const canCountDescriptors = (): boolean => existsSync('/proc/self/fd');

/**
 * How much of its limit of open files, sockets among them, a process uses.
 *
 * @returns percent; undefined when the process has ended or is not ours to look at
 */
export function descriptorsPercent(pid: number): number | undefined {
  try {
    const limit = /^Max open files +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1];
    return limit === undefined ? undefined : (100 * readdirSync(`/proc/${pid}/fd`).length) / Number(limit);
  } catch {
    return undefined;
  }
}
