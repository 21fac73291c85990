import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { arch, cpus, platform, totalmem } from 'node:os';
import type { Environment } from '../schema/index.ts';

/** What a run was made with: beside its seed, the difference between two runs (rule of evidence 7). */
export function describeEnvironment(root: string): Environment {
  const status = git(root, 'status', '--porcelain');
  const processors = cpus();
  return {
    commit: git(root, 'rev-parse', 'HEAD') ?? 'unknown',
    uncommittedChanges: status !== '',
    platform: `${platform()} ${arch()}`,
    cpuModel: processors[0]?.model ?? 'unknown',
    cpuCount: processors.length,
    memoryBytes: totalmem(),
    nodeVersion: process.versions.node,
    workerdVersion: createRequire(import.meta.url)('workerd/package.json').version,
  };
}

/** What git prints, without the space around it; undefined outside a repository, as in an unpacked archive. */
export function git(root: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1e9,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}
