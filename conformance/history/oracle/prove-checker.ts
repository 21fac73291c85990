import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { startProgress, timeLeft } from '../../../fixtures/progress.ts';
import { INTERRUPTED_EXIT_CODE, interruption } from '../../../reference-worker/local/index.ts';
import { programOf, readFlags, runCommand, wholeNumber } from '../../../reports/command/index.ts';
import { ConformanceError } from '../../run/errors.ts';
import { GUARANTEES } from '../index.ts';
import { compare } from './agreement.testing.ts';

/** `npm run prove:checker`: every checker against its definition, on two hundred thousand random histories. */

const CHUNK = 500;
/** A generator that seldom breaks a guarantee proves little about its checker. */
const BROKEN_SHARE_AT_LEAST = 0.03;
const FAILED_EXIT_CODE = 1;

const Options = z.strictObject({
  histories: wholeNumber(CHUNK, 100_000_000),
  seed: wholeNumber(0, 1_000_000_000),
});

const HELP = `Examples:
  npm run prove:checker
  npm run prove:checker -- --histories 2000000 --seed 42

Exit codes: 0 they agree, and each guarantee is broken often enough; 1 they do not, or it is not; 4 a usage error; 130 stopped
by Ctrl-C.`;

function readOptions(argv: readonly string[]): z.infer<typeof Options> {
  const program = programOf({
    name: 'prove:checker',
    does: 'Compares every checker with its definition, decided by trying everything.',
    help: HELP,
  })
    .option('--histories <count>', `how many, rounded up to a multiple of ${CHUNK}`, '200000')
    .option('--seed <number>', 'of the first histories; those that follow take the seeds that follow', '1');
  return readFlags(program, argv, Options);
}

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

/** fast-check's message names the seed and the smallest history, and its cause the guarantee. */
async function proven(options: z.infer<typeof Options>, signal: AbortSignal): Promise<number> {
  try {
    return (await prove(options, signal)) ? 0 : FAILED_EXIT_CODE;
  } catch (error) {
    signal.throwIfAborted();
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof Error && error.cause instanceof Error) console.error(error.cause.message);
    return FAILED_EXIT_CODE;
  }
}

const signal = interruption(new ConformanceError('interrupted', 'stopping; nothing is proven.'));
await runCommand(() => proven(readOptions(process.argv.slice(2)), signal), {
  known: [ConformanceError],
  signal,
  interruptedExitCode: INTERRUPTED_EXIT_CODE,
});
