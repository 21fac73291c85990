import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { formatSize } from '../../../fixtures/generator/index.ts';
import { startProgress } from '../../../reports/command/index.ts';
import type { PlannedAccount } from '../data/index.ts';
import type { MeasurementOf, SeedContestant, SeedTask } from './contestant.ts';
import { bytesPerSecond, type Results } from './judge.ts';
import type { BenchmarkOptions } from './options.ts';
import { runContestant } from './run-contestant.ts';
import { refuseUndone } from './stored.ts';

/**
 * Lets one contestant after another do its work. Ours and the ceiling take turns as A B B A, so that a machine that
 * grows slower or faster meanwhile does it to both.
 *
 * @returns what was measured; of what was written nothing is left, however this ends
 * @throws FixtureError `contestant_failed`, `verification_failed`; the reason of `signal`
 */
export async function runBenchmark(options: BenchmarkOptions, signal: AbortSignal): Promise<Results> {
  const { plan, samplePlan, fullPlan, threads } = options;
  const parent = await mkdtemp(join(options.folder, 'seed-benchmark-'));
  const run = <C extends SeedContestant>(
    contestant: C,
    which = '',
    of: PlannedAccount = plan,
  ): Promise<MeasurementOf<C>> =>
    measure({ contestant, plan: of, folder: join(parent, 'work'), threads }, `${contestant}${which}`, signal);
  try {
    const firstOurs = await run('ours', ', run 1 of 2');
    const ceiling = [await run('ceiling', ', run 1 of 2'), await run('ceiling', ', run 2 of 2')];
    const ours = [firstOurs, await run('ours', ', run 2 of 2')];
    const faker = [await run('faker')];
    const dump = [await run('dump', '', samplePlan)];
    const sqlFiles = [await run('sql-files', '', samplePlan)];
    const full = fullPlan && {
      sizeBytes: fullPlan.sizeBytes,
      measurement: await run('ours', ', in full', fullPlan),
    };
    return { ours, ceiling, faker, dump, sqlFiles, full };
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

/** One contestant, in a folder that is there for this alone. */
async function measure<C extends SeedContestant>(
  task: SeedTask & { readonly contestant: C },
  name: string,
  signal: AbortSignal,
): Promise<MeasurementOf<C>> {
  const progress = startProgress(`benchmark: ${name}`);
  await mkdir(task.folder);
  try {
    const onStep = (step: string): void => progress.update(`benchmark: ${name}: ${step}`);
    const measurement = await runContestant(task, { onStep, signal });
    refuseUndone(measurement, task.plan);
    const rate = formatSize(Math.round(bytesPerSecond([measurement])));
    progress.done(`benchmark: ${name}: ${measurement.seconds.toFixed(1)} s, ${rate}/s`);
    return measurement;
  } catch (error) {
    progress.fail(`benchmark: ${name}: not done`);
    throw error;
  } finally {
    await rm(task.folder, { recursive: true, force: true });
  }
}
