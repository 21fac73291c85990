import { defineSystem } from '../target/index.ts';
import { common, system, worker } from './system.ts';

const MINUTE_MS = 60_000;
const { settings: lean } = system.copies ?? {};
if (!lean) throw new Error('the lean form describes its copy');

/** The form that follows its source to the letter, with the promise that the source makes. */
export default defineSystem({
  ...common,
  name: 'synced-settings-letter',
  worker: { ...worker, config: 'wrangler.letter.jsonc' },
  copies: {
    settings: {
      ...lean,
      perCall: 1,
      refresh: {
        ...{ cron: '*/15 * * * *', everyMs: 15 * MINUTE_MS },
        ...{ documentsPerRun: 100, olderThanMs: 15 * MINUTE_MS },
      },
      freshWithinMs: 60 * MINUTE_MS,
    },
  },
});
