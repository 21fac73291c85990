import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { spelledAsCalled } from '../../reports/command/index.ts';
import { PlatformError } from './errors.ts';

/**
 * Claims a state folder for one platform, creating the folder if need be. The claim is SQLite's own lock on
 * an empty file: the system drops it with the process that holds it, so a killed platform leaves nothing
 * stale behind, and no process id can be mistaken for another's.
 *
 * @returns a function that gives the claim back
 * @throws PlatformError `state_in_use`
 */
export function claimState(stateDir: string): () => void {
  mkdirSync(stateDir, { recursive: true });
  const lock = new DatabaseSync(join(stateDir, 'platform.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    const folder = relative(process.cwd(), stateDir);
    throw new PlatformError(
      'state_in_use',
      `another platform runs on ${folder}: one that has not ended. Stop it first, or give ` +
        `this one a folder of its own, as in ${spelledAsCalled('shardproof up --state folder')}.`,
      { cause },
    );
  }
  return () => lock.close();
}
