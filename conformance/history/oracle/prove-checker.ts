import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import {
  exitCodeOf,
  type Invocation,
  readOptions,
  startProgress,
  timeLeft,
  wholeNumber,
} from '../../../reports/command/index.ts';
import { GUARANTEES } from '../index.ts';
import { compare } from './agreement.testing.ts';

const CHUNK = 500;
/** A generator that seldom breaks a guarantee proves little about its checker. */
const BROKEN_SHARE_AT_LEAST = 0.03;

const Options = z.strictObject({
  histories: wholeNumber(CHUNK, 100_000_000),
  seed: wholeNumber(0, 1_000_000_000),
});

async function prove({ histories, seed }: z.infer<typeof Options>, signal: AbortSignal): Promise<boolean> {
  const startedAtMs = Date.now();
  const progress = startProgress(`comparing on ${histories} histories from seed ${seed}`);
  const broken = new Map(GUARANTEES.map(({ id }) => [id, 0]));
  let compared = 0;
  for (let chunk = 0; compared < histories; chunk += 1) {
    const share = compare(seed + chunk, CHUNK);
    compared += share.histories;
    for (const [id, count] of share.broken) broken.set(id, (broken.get(id) ?? 0) + count);
    const left = timeLeft(startedAtMs, compared / histories);
    progress.update(`${compared} of ${histories} histories agree, ${left}`);
    await turn();
    signal.throwIfAborted();
  }
  progress.done(`${GUARANTEES.length} checkers agree with their definitions on ${compared} histories`);
  for (const [id, count] of broken)
    console.log(`${id.padEnd(28)} broken in ${((100 * count) / compared).toFixed(1)} %`);
  const seldom = [...broken].filter(([, count]) => count / compared < BROKEN_SHARE_AT_LEAST);
  for (const [id] of seldom) console.error(`${id} is broken too seldom for this to prove anything about it.`);
  return seldom.length === 0;
}

/** Every checker against its definition, on random histories. fast-check's message names the seed and the smallest history, and its cause the guarantee. */
export async function proveChecker({ given, signal }: Invocation): Promise<number> {
  const options = readOptions(Options, given);
  try {
    return (await prove(options, signal)) ? exitCodeOf.PASS : exitCodeOf.FAIL;
  } catch (error) {
    signal.throwIfAborted();
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof Error && error.cause instanceof Error) console.error(error.cause.message);
    return exitCodeOf.FAIL;
  }
}
