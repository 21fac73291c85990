import { execFile } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startProcess } from '../../reference-worker/target/index.ts';
import { startProgress } from '../../reports/command/index.ts';

/** Where go.mod pins k6 as a tool, with its checksums in go.sum beside it. */
const MODULE_DIR = join(import.meta.dirname, '..');

/**
 * Builds k6 from the pinned module into `file`, under a temporary name first, so that a build that was
 * interrupted never looks like a finished one.
 *
 * @returns undefined when built, otherwise why not, in a few words
 */
export async function buildK6(
  file: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await promisify(execFile)('go', ['version'], { env });
  } catch {
    return 'Go is not installed';
  }
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.unfinished`;
  const progress = startProgress('k6: building from source with Go; about 80 s on two cores, once');
  try {
    const startedAtMs = Date.now();
    await runGo(unfinished, env, signal, (step) =>
      progress.update(
        `k6: ${step}, ${Math.round((Date.now() - startedAtMs) / 1000)} s so far, about 80 s in all`,
      ),
    );
    renameSync(unfinished, file);
    progress.done(`k6: built in ${Math.round((Date.now() - startedAtMs) / 1000)} s`);
    return undefined;
  } catch (error) {
    progress.fail('k6: the build with Go failed');
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** Runs `go build`, reporting each second what it has come to; rejects with its last line of output. */
async function runGo(
  file: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<void> {
  const go = startProcess({
    name: 'go build',
    command: '/usr/bin/env',
    args: [
      'go',
      'build',
      '-C',
      MODULE_DIR,
      '-v',
      '-trimpath',
      '-ldflags=-s -w',
      '-o',
      file,
      'go.k6.io/k6/v2',
    ],
    // go.sum is committed: -mod=readonly refuses to build from other modules than those.
    env: { ...env, GOFLAGS: '-mod=readonly' },
    output: 'pipe',
  });
  signal.addEventListener('abort', () => void go.stop(), { once: true });
  let lastLine = 'starting';
  go.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    lastLine = chunk.trim().split('\n').at(-1) ?? lastLine;
  });
  const ticker = setInterval(
    () => onStep(lastLine.startsWith('go: ') ? 'fetching' : `compiling ${lastLine}`),
    1000,
  );
  const { code } = await go.exited;
  clearInterval(ticker);
  if (code !== 0) throw new Error(`go build failed: ${lastLine}`);
}
