import { join } from 'node:path';
import type { DataSetProgress } from '../../../fixtures/data-set/index.ts';
import { createDataSet, shardFile, verifyDataSet } from '../../../fixtures/data-set/index.ts';
import { FixtureError } from '../../../fixtures/generator/index.ts';
import { sharedShardsData } from '../data/index.ts';
import { type OurMeasurement, type SeedTask, secondsSince, type Tell } from './contestant.ts';
import { watchResidentMemory } from './resident-memory.ts';

/** This project's own seeding, threads and all, as `npm run seed` does it. The time is taken when verifying begins. */
export async function seedOurs({ plan, folder, threads }: SeedTask, tell: Tell): Promise<OurMeasurement> {
  const request = { folder: join(folder, 'set'), data: sharedShardsData, plans: [plan], threads };
  const peakResidentBytes = watchResidentMemory();
  let seconds = Number.NaN;
  const show = ({ phase, fraction }: DataSetProgress): void =>
    tell(`${phase} ${Math.floor(fraction * 100)} %`);

  const startedAtMs = performance.now();
  const onProgress = (progress: DataSetProgress): void => {
    if (progress.phase === 'verifying' && Number.isNaN(seconds)) seconds = secondsSince(startedAtMs);
    show(progress);
  };
  const { accounts } = await createDataSet({ ...request, onProgress });
  const secondsWithVerification = secondsSince(startedAtMs);

  const verifiedFromMs = performance.now();
  const { problemCount } = await verifyDataSet({ ...request, onProgress: show });
  const verifySeconds = secondsSince(verifiedFromMs);
  if (problemCount > 0) {
    throw new FixtureError(
      'verification_failed',
      `${problemCount} problems in a data set that was just verified; disk or memory of this machine is not sound.`,
    );
  }
  return {
    file: shardFile(request.folder),
    documents: accounts.reduce((sum, { documents }) => sum + documents, 0),
    documentBytes: accounts.reduce((sum, { documentBytes }) => sum + documentBytes, 0),
    seconds,
    secondsWithVerification,
    verifySeconds,
    peakResidentBytes: peakResidentBytes(),
  };
}
