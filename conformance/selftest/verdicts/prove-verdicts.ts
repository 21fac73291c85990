import { z } from 'zod';
import { loadSystem } from '../../../reference-worker/target/index.ts';
import {
  exitCodeOf,
  type Invocation,
  readOptions,
  startProgress,
  timeLeft,
  wholeNumber,
} from '../../../reports/command/index.ts';
import { CHECKS, type CheckOutcome } from '../../checks/index.ts';
import { runChecks } from '../../run/index.ts';
import { checksShownBy, readCheckMutations } from '../mutations.ts';
import { seenWith } from './sides.ts';

const Options = z.strictObject({
  system: z.string().default('shared-shards'),
  seeds: wholeNumber(1, 100_000),
  seed: wholeNumber(0, 900_000_000),
  effort: z.enum(['fast', 'full']),
});

/** Every check on the right Worker with many seeds: each has other names, another order of resources, and the side in turns. */
export async function proveVerdicts({ given, signal }: Invocation): Promise<number> {
  const { system: name, seeds, seed: first, effort } = readOptions(Options, given);
  const system = await loadSystem({ system: name }, import.meta.dirname);
  const checks = checksShownBy(readCheckMutations(system, CHECKS).mutations, CHECKS);
  const startedAtMs = Date.now();
  const progress = startProgress(`0 of ${seeds} seeds`);
  const counts = new Map<string, number>();
  const seedsAgainst: number[] = [];
  for (let seed = first; seed < first + seeds; seed += 1) {
    const outcomes = await runChecks({
      ...{ system: seenWith(system, seed), checks, seed, effort, signal },
      onOutcome: () => undefined,
    });
    for (const { verdict } of outcomes) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    const others = outcomes.filter(({ verdict }) => verdict !== 'PASS');
    if (others.length > 0) seedsAgainst.push(seed);
    for (const other of others) console.log(lineOf(seed, other));
    const done = seed - first + 1;
    progress.update(`${done} of ${seeds} seeds, ${timeLeft(startedAtMs, done / seeds)}`);
  }
  const tally = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  progress.done(`${seeds} seeds from ${first}: ${tally}`);
  if (seedsAgainst.length === 0) return exitCodeOf.PASS;
  console.log(`Not all of the right Worker was passed with the seeds ${seedsAgainst.join(', ')}.`);
  return exitCodeOf.FAIL;
}

const lineOf = (seed: number, { check, verdict, reason, witness }: CheckOutcome): string =>
  [`${verdict} ${check.id} with seed ${seed}: ${reason}`, ...(witness?.sentences ?? [])].join('\n    ');
