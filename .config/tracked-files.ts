import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the rules of this folder are applied to. Every path is relative to the root of the project, with slashes. */
export const root = join(import.meta.dirname, '..');

const listed = (...options: string[]): string[] =>
  execFileSync('git', ['ls-files', ...options], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)));

export const tracked = listed('--cached');
/** Tracked, or about to be: what is new is held to the rules before it is committed. */
export const files = listed('--cached', '--others', '--exclude-standard');

export const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');
