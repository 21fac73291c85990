import { join } from 'node:path';
import { pinnedArchives, resolveK6 } from './k6-binary/resolve.ts';

/** Before the tests: finds or builds k6 once, so that test files that run side by side do not build it twice. */
export default async function prepareK6(): Promise<void> {
  const stateDir = join(import.meta.dirname, '..', '.shardproof');
  const { signal } = new AbortController();
  await resolveK6({ env: process.env, stateDir, archives: pinnedArchives, signal });
}
