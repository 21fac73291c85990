import { z } from 'zod';
import { loadSystem, SystemError, systemFlags } from '../reference-worker/target/index.ts';
import {
  exitCodeOf,
  fromCaller,
  type Invocation,
  readOptions,
  wholeNumber,
} from '../reports/command/index.ts';
import { canBeKept, linesOf, simulateCopy, WEEK_MS } from './feasibility/index.ts';

const Flags = z.strictObject({ ...systemFlags, seed: wholeNumber(0) });

/** `shardproof feasibility`: do the promises of a description agree with each other? */
export async function feasibility({ given }: Invocation): Promise<number> {
  const { seed, ...choice } = readOptions(Flags, given);
  const { name, copies = {} } = await loadSystem(choice, fromCaller('.'));
  const all = Object.entries(copies);
  if (all.length === 0)
    throw new SystemError(
      `${name} describes no copies of an upstream, and there is nothing else that feasibility knows how to judge: give it a part ` +
        '"copies", as reference-worker/target/README.md shows.',
    );
  const judged = all.map(([resource, copy]) => {
    const simulated = simulateCopy(copy, WEEK_MS, seed);
    return { kept: canBeKept(copy, simulated), lines: linesOf(resource, copy, simulated) };
  });
  console.log([`${name}, before any load`, ...judged.map(({ lines }) => lines.join('\n'))].join('\n\n'));
  return exitCodeOf[judged.every(({ kept }) => kept) ? 'PASS' : 'FAIL'];
}
