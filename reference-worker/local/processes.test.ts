import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { type ManagedProcess, startProcess } from './processes.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import { isAlive } from './testing/pids.ts';

/** Runs a script whose findings come back on the control channel. */
const shell = (script: string, env: Record<string, string> = {}) =>
  startProcess({ name: 'child', command: '/bin/sh', args: ['-c', script], env, output: 'pipe' });

const firstLine = async ({ control }: ManagedProcess): Promise<string> => {
  const [line] = await once(createInterface(control), 'line');
  return line;
};

// An orphan that has ended counts until init has reaped it, which init does at its own pace.
const untilGone = (pids: readonly number[]) =>
  vi.waitUntil(() => !pids.some(isAlive), { timeout: 5_000, interval: 20 });

describe.concurrent('a process', () => {
  test('has the id of its command, a control channel and an exit code', async () => {
    const child = shell('echo $$ >&3; exit 3');

    expect(await text(child.control)).toBe(`${child.pid}\n`);
    expect(await child.exited).toEqual({ code: 3, signal: null });
  });

  test('has both its outputs in a file when told so', async () => {
    const file = join(freshFolder(), 'output.log');
    const script = 'echo out; echo err >&2';
    const child = startProcess({
      name: 'child',
      command: '/bin/sh',
      args: ['-c', script],
      env: {},
      output: { file },
    });

    await child.exited;

    expect(readFileSync(file, 'utf8')).toBe('out\nerr\n');
  });

  test('sees the environment it was given and nothing else', async () => {
    const child = shell('export -p >&3', { ONLY: 'this' });

    const names = [...(await text(child.control)).matchAll(/^export (\w+)/gm)].map(([, name]) => name);

    expect(names.filter((name) => name !== 'PWD' && name !== 'OLDPWD' && name !== 'SHLVL')).toEqual(['ONLY']);
  });

  test('runs in the folder that it is told', async () => {
    const cwd = freshFolder();
    const child = startProcess({
      ...{ name: 'child', command: '/bin/sh', args: ['-c', 'pwd -P >&3'], env: {}, output: 'pipe' },
      cwd,
    });

    expect(await text(child.control)).toBe(`${realpathSync(cwd)}\n`);
  });

  test('whose folder is not there says so, and does not run elsewhere', async () => {
    const child = startProcess({
      ...{ name: 'child', command: '/bin/sh', args: ['-c', 'echo ran'], env: {}, output: 'pipe' },
      cwd: '/no/such/folder',
    });
    if (!child.stdout || !child.stderr) throw new Error('no pipes');

    const [out, errors, { code }] = await Promise.all([text(child.stdout), text(child.stderr), child.exited]);

    expect([out, code]).toEqual(['', expect.toSatisfy((it) => it > 0)]);
    expect(errors).toContain('/no/such/folder');
  });

  test('may have ended without anybody here knowing when it is stopped', async () => {
    const [one, other] = [shell('exit 0'), shell('exit 0')];
    // Both end while nothing is listened to: Node then reaps both before it tells of either.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);

    const stopped = [one.exited.then(() => other.stop()), other.exited.then(() => one.stop())];

    expect(await Promise.all(stopped)).toEqual(Array(2).fill({ code: 0, signal: null }));
  });

  test('that cannot be run ends with code 127', async () => {
    const child = startProcess({
      name: 'none',
      command: '/no/such/command',
      args: [],
      env: {},
      output: 'pipe',
    });

    expect(await child.exited).toEqual({ code: 127, signal: null });
  });

  test('is stopped with SIGTERM, and its children with it; stopping again changes nothing', async () => {
    const child = shell('sleep 600 & echo $! >&3; wait', { PATH: '/bin:/usr/bin' });
    const grandchild = Number(await firstLine(child));

    expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    await untilGone([child.pid, grandchild]);
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('that ignores SIGTERM is killed', async () => {
    const child = shell("trap '' TERM; echo ready >&3; while :; do sleep 600; done", {
      PATH: '/bin:/usr/bin',
    });
    await firstLine(child);

    expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

test.concurrent.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'no process survives a parent that gets %s',
  async (signal) => {
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'testing', 'parent.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids: number[] = [];
    for await (const line of createInterface(parent.stdout)) {
      pids.push(Number(line.split(' ')[1]));
      if (pids.length === 3) break;
    }
    expect(pids.every(isAlive)).toBe(true);

    parent.kill(signal);

    await untilGone(pids);
  },
);
