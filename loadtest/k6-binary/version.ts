import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The version that go.mod, the cache and the release archives pin. */
export const K6_VERSION = '2.2.0';

/** In words, for messages. */
export const SUPPORTED_VERSIONS = '2.2.0 or newer, below 3';

/** Reads the version out of what `k6 version` prints; undefined when it is not k6 that answers. */
export function parseK6Version(output: string): string | undefined {
  return /^k6(?:\.exe)? v(\d+\.\d+\.\d+)\b/.exec(output)?.[1];
}

/** The scripts are TypeScript with `.ts` imports and were verified on 2.2; 3.x may change either. */
export function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === 2 && minor !== undefined && minor >= 2;
}

/** Asks an executable which k6 it is; undefined when it cannot be run or is something else. */
export async function k6VersionOf(file: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(file, ['version'], { timeout: 15_000 });
    return parseK6Version(stdout);
  } catch {
    // Absent, not executable, for another machine or hanging: all of them mean "not a k6 we can use".
    return undefined;
  }
}
