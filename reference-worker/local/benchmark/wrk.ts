import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BenchmarkBlock, parseBlock } from './block.ts';
import { BenchmarkError } from './errors.ts';

const REPORT = join(import.meta.dirname, 'wrk-report.lua');
const run = promisify(execFile);

export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** A slower response is counted as a timeout. */
  readonly timeoutSeconds: number;
}

/**
 * Sends as many requests as the connections can take, for so many seconds.
 *
 * @throws BenchmarkError `wrk_missing`, `part_failed`; the reason of `signal`
 */
export async function driveLoad(load: Load, signal: AbortSignal): Promise<BenchmarkBlock> {
  const { url, connections, seconds, timeoutSeconds } = load;
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    `--timeout=${timeoutSeconds}s`,
    '-s',
    REPORT,
    url,
  ];
  try {
    // A histogram of microseconds is long.
    const { stdout } = await run('wrk', args, { signal, maxBuffer: 64e6 });
    return parseBlock(stdout);
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof BenchmarkError) throw cause;
    if (isMissing(cause)) throw wrkMissing();
    throw new BenchmarkError('part_failed', `wrk failed (${cause}). Is ${url} served?`, { cause });
  }
}

/** @throws BenchmarkError `wrk_missing` */
export async function refuseWithoutWrk(): Promise<void> {
  // It ends with 1 when asked for its version.
  const error: unknown = await run('wrk', ['--version']).catch((reason: unknown) => reason);
  if (isMissing(error)) throw wrkMissing();
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const wrkMissing = (): BenchmarkError =>
  new BenchmarkError(
    'wrk_missing',
    'the load comes from wrk, which is not there; install it with `apt-get install wrk` (Debian, Ubuntu) or ' +
      '`brew install wrk` (macOS) and start again.',
  );
