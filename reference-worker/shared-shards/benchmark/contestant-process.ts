import { FixtureError } from '../../../fixtures/generator/index.ts';
import { insertCeiling } from './ceiling.ts';
import {
  type Message,
  type SeedContestant,
  type SeedMeasurement,
  SeedTask,
  type Tell,
} from './contestant.ts';
import { insertFaker } from './faker.ts';
import { seedOurs } from './ours.ts';
import { executeDump, executeSqlFiles } from './wrangler.ts';

/** The process of one contestant. A signal ends it at once, but for wrangler's: its folder is the parent's to remove. */

const CONTESTANT: Readonly<
  Record<SeedContestant, (task: SeedTask, tell: Tell) => SeedMeasurement | Promise<SeedMeasurement>>
> = {
  ours: seedOurs,
  ceiling: insertCeiling,
  faker: insertFaker,
  dump: executeDump,
  'sql-files': executeSqlFiles,
};

const send = (message: Message): void => void process.send?.(message);

try {
  const task = SeedTask.parse(JSON.parse(process.argv[2] ?? ''));
  send({ measurement: await CONTESTANT[task.contestant](task, (step) => send({ step })) });
} catch (error) {
  console.error(error instanceof FixtureError ? error.message : error);
  process.exitCode = 1;
}
