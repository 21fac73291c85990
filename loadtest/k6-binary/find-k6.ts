import { join } from 'node:path';
import { WORKSPACE } from '../../reports/command/index.ts';
import { pinnedArchives, resolveK6 } from './resolve.ts';

const STATE_DIR = join(WORKSPACE, '.shardproof');

/** Finds, builds or downloads the k6 of this project, as resolveK6 does. @throws what resolveK6 throws */
export const findK6 = (signal = new AbortController().signal): ReturnType<typeof resolveK6> =>
  resolveK6({ env: process.env, stateDir: STATE_DIR, archives: pinnedArchives, signal });
