import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { FixtureError } from '../fixtures/index.ts';
import { PlatformError } from '../reference-worker/local/errors.ts';
import { startPlatform } from '../reference-worker/local/platform.ts';
import { deploymentOf, topologies } from '../reference-worker/local/topology.ts';
import { exitCodeOf, renderConsole, USAGE_EXIT_CODE, writeRun } from '../reports/index.ts';
import { bundleScript } from './bundle-script.ts';
import { drive } from './drive.ts';
import { describeEnvironment } from './environment.ts';
import { LoadTestError } from './errors.ts';
import { type K6Binary, pinnedArchives, resolveK6 } from './k6-binary/resolve.ts';
import { type CapacityOptions, readOptions } from './options.ts';
import { writePlan } from './plan.ts';
import { resultOf } from './result.ts';
import { placeShards, planShards, type SeededShard, seedShards } from './seeding.ts';
import type { Evidence } from './signals.ts';

const ROOT = join(import.meta.dirname, '..');
const STATE_ROOT = join(ROOT, '.shardproof');
const UNDER_TEST = 'acme';
const INTERRUPTED_EXIT_CODE = 130;
const VOID_EXIT_CODE = exitCodeOf.VOID;

/** `npm run capacity`: can this account live on this shard, safely and fast enough? */
async function capacity(options: CapacityOptions, signal: AbortSignal): Promise<number> {
  const startedAt = new Date();
  const topology = topologies[options.topology];
  const planned = planShards(topology, UNDER_TEST, options.profile, STATE_ROOT);
  const k6 = await resolveK6({ env: process.env, stateDir: STATE_ROOT, archives: pinnedArchives, signal });
  process.stderr.write(`k6: ${k6.version}, ${k6.source} (${k6.file})\n`);
  const shards = await seedShards(planned, signal);
  const evidence = await measure(options, k6, shards, signal);
  const result = resultOf(evidence, {
    runId: `${startedAt.toISOString().replaceAll(/[:.]/g, '')}-${options.profile.name}`,
    startedAt,
    finishedAt: new Date(),
    environment: describeEnvironment(ROOT, k6.version),
    topology,
    underTest: UNDER_TEST,
    kvCache: options.kvCache,
    shards,
  });
  await writeRun(result, { root: ROOT });
  console.log(renderConsole(result, { colour: process.stdout.hasColors?.() ?? false }));
  return exitCodeOf[result.verdict.outcome];
}

/** Serves a fresh copy of the seed to k6 until it is done; nothing is left running. */
async function measure(
  { topology: name, kvCache, profile }: CapacityOptions,
  k6: K6Binary,
  shards: readonly SeededShard[],
  signal: AbortSignal,
): Promise<Evidence> {
  const topology = topologies[name];
  const stateDir = join(STATE_ROOT, 'state', name);
  placeShards(shards, stateDir);
  const secrets = { jwtSecret: newSecret(), sealSecret: newSecret() };
  const platform = await startPlatform({ topology, stateDir, kvCache, secrets });
  try {
    signal.throwIfAborted();
    const deployment = platform.deployments.find((one) => one.name === deploymentOf(topology, UNDER_TEST));
    const account = shards.flatMap(({ plans }) => plans).find((plan) => plan.account === UNDER_TEST);
    if (!deployment || !account) throw new Error(`topology ${name} does not place ${UNDER_TEST}.`);
    const planFile = join(stateDir, 'plan.json');
    writePlan(planFile, account, profile, deployment.urls);
    const script = join(stateDir, 'journey.js');
    await bundleScript(script);
    return await drive({
      platform,
      profile,
      k6File: k6.file,
      script,
      planFile,
      jwtSecret: secrets.jwtSecret,
      signal,
    });
  } finally {
    await platform.stop();
  }
}

const newSecret = (): string => randomBytes(32).toString('base64url');

/** Ctrl-C stops what runs and writes nothing; a second one does not wait for it. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED_EXIT_CODE);
    controller.abort(new LoadTestError('interrupted', 'stopping; no result is written.'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
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

const signal = interruption();
try {
  process.exitCode = await capacity(readOptions(process.argv.slice(2)), signal);
} catch (error) {
  process.exitCode = explain(error, signal);
}
