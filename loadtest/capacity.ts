import { join } from 'node:path';
import { CommanderError } from 'commander';
import { FixtureError, seedShards } from '../fixtures/index.ts';
import { PlatformError } from '../reference-worker/local/errors.ts';
import { INTERRUPTED_EXIT_CODE, interruption } from '../reference-worker/local/interruption.ts';
import { topologies } from '../reference-worker/local/topology.ts';
import {
  describeEnvironment,
  exitCodeOf,
  renderConsole,
  USAGE_EXIT_CODE,
  writeRun,
} from '../reports/index.ts';
import { LoadTestError } from './errors.ts';
import { pinnedArchives, resolveK6 } from './k6-binary/resolve.ts';
import { measure } from './measure.ts';
import { type CapacityOptions, readOptions } from './options.ts';
import { resultOf } from './result.ts';
import { planShards } from './seeding.ts';

const ROOT = join(import.meta.dirname, '..');
const STATE_ROOT = join(ROOT, '.shardproof');
const UNDER_TEST = 'acme';
const VOID_EXIT_CODE = exitCodeOf.VOID;

/** `npm run capacity`: can this account live on this shard, safely and fast enough? */
async function capacity(options: CapacityOptions, signal: AbortSignal): Promise<number> {
  const startedAt = new Date();
  const topology = topologies[options.topology];
  const planned = planShards(topology, UNDER_TEST, options.profile, join(STATE_ROOT, 'seeds'));
  const k6 = await resolveK6({ env: process.env, stateDir: STATE_ROOT, archives: pinnedArchives, signal });
  process.stderr.write(`k6: ${k6.version}, ${k6.source} (${k6.file})\n`);
  const shards = await seedShards(planned, signal);
  const evidence = await measure({
    topology,
    underTest: UNDER_TEST,
    profile: options.profile,
    kvCache: options.kvCache,
    plane: options.plane,
    k6File: k6.file,
    shards,
    stateDir: join(STATE_ROOT, 'state', options.topology),
    signal,
  });
  const result = resultOf(evidence, {
    runId: `${startedAt.toISOString().replaceAll(/[:.]/g, '')}-${options.profile.name}`,
    startedAt,
    finishedAt: new Date(),
    environment: { ...describeEnvironment(ROOT), k6Version: k6.version },
    topology,
    underTest: UNDER_TEST,
    kvCache: options.kvCache,
    planeGiven: options.planeGiven,
    shards,
  });
  await writeRun(result, { root: ROOT });
  console.log(renderConsole(result, { colour: process.stdout.hasColors?.() ?? false }));
  return exitCodeOf[result.verdict.outcome];
}

/** @returns the exit code for an error; a mistake or a missing prerequisite is told in one line */
function explain(error: unknown, signal: AbortSignal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  const isKnown = [LoadTestError, FixtureError, PlatformError].some((kind) => error instanceof kind);
  console.error(isKnown && error instanceof Error ? error.message : error);
  if (signal.aborted) return INTERRUPTED_EXIT_CODE;
  // Not 1: an error of the harness says nothing against the target.
  return isKnown ? USAGE_EXIT_CODE : VOID_EXIT_CODE;
}

const signal = interruption(new LoadTestError('interrupted', 'stopping; no result is written.'));
try {
  process.exitCode = await capacity(readOptions(process.argv.slice(2)), signal);
} catch (error) {
  process.exitCode = explain(error, signal);
}
