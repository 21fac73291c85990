import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { spelledAsCalled } from '../../reports/command/index.ts';
import { PlatformError } from './errors.ts';
import { batchBy, type Operator } from './operator.ts';
import { claimState } from './state-lock.ts';

const Urls = z.record(z.string(), z.url());
const fileIn = (stateDir: string): string => join(stateDir, 'databases.json');

/** Says where each database of a running platform answers, for other processes of this machine. @param urls by database */
export const tellDatabases = (stateDir: string, urls: z.infer<typeof Urls>): void =>
  writeFileSync(fileIn(stateDir), JSON.stringify(urls));

/** Where the databases of a platform that another process runs answer. @param stateDir its folder @throws PlatformError `no_platform` */
export function runningUrls(stateDir: string): z.infer<typeof Urls> {
  if (!existsSync(fileIn(stateDir)) || !isClaimed(stateDir))
    throw new PlatformError(
      'no_platform',
      `no platform runs on ${stateDir}: start it with ${spelledAsCalled('shardproof up --state folder')}, and name the same folder.`,
    );
  return Urls.parse(JSON.parse(readFileSync(fileIn(stateDir), 'utf8')));
}

/** The databases of a platform that another process runs. @throws as `runningUrls`; `batch` also for a database that it has not */
export function runningDatabases(stateDir: string): Pick<Operator, 'batch'> {
  const urls = runningUrls(stateDir);
  return {
    async batch(database, statements) {
      const url = urls[database];
      if (url === undefined)
        throw new PlatformError(
          'bad_command',
          `the platform has no database ${database}; it has ${Object.keys(urls).join(', ')}.`,
        );
      // Where an operator is asks as from London; the data plane wants to know.
      return batchBy(
        (path, init) => fetch(url + path, { ...init, headers: { 'x-pop': 'LHR' } }),
        database,
        statements,
      );
    },
  };
}

/** A platform that was killed has left its files behind, and not its lock. */
function isClaimed(stateDir: string): boolean {
  try {
    claimState(stateDir)();
    return false;
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'state_in_use') return true;
    throw error;
  }
}
