import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { WORKSPACE } from '../../../reports/command/index.ts';
import type { Fate } from './run-mutant.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const FOLDER = join(WORKSPACE, '.shardproof', 'systematic');

const Line = z.object({
  mutant: z.string(),
  fate: z.discriminatedUnion('fate', [
    z.object({ fate: z.literal('killed'), check: z.string(), claim: z.string() }),
    z.object({ fate: z.literal('survived'), noticed: z.array(z.string()) }),
    z.object({ fate: z.literal('open') }),
    z.object({ fate: z.literal('invalid'), stage: z.enum(['types', 'start']), reason: z.string() }),
  ]),
});

/** What became of mutants, kept as soon as it is known, so that a run which was interrupted goes on. */
export interface Fates {
  /** By the id of the mutant. */
  readonly known: ReadonlyMap<string, Fate>;
  /** The check that has killed a mutant in an earlier state of the Worker or the checks, by its id: the likeliest to do so again. */
  readonly killers: ReadonlyMap<string, string>;
  add(mutant: string, fate: Fate): void;
}

/** Opens what is known of the mutants of a Worker. @param file from `fatesFile` */
export function openFates(file: string): Fates {
  mkdirSync(dirname(file), { recursive: true });
  const { known, half } = read(file);
  const killers = new Map<string, string>();
  for (const other of readdirSync(dirname(file)).filter((name) => name.endsWith('.jsonl')))
    for (const [mutant, fate] of read(join(dirname(file), other)).known)
      if (fate.fate === 'killed') killers.set(mutant, fate.check);
  if (half) truncateSync(file, statSync(file).size - Buffer.byteLength(half));
  return {
    known,
    killers,
    add(mutant, fate) {
      known.set(mutant, fate);
      appendFileSync(file, `${JSON.stringify({ mutant, fate })}\n`);
    },
  };
}

/** Where a run was killed, the last line may be half a line. */
function read(file: string): { known: Map<string, Fate>; half: string | undefined } {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const whole = lines.slice(0, -1).map((line) => Line.parse(JSON.parse(line)));
  return { known: new Map(whole.map(({ mutant, fate }) => [mutant, fate])), half: lines.at(-1) };
}

/** Another file for each state of what decides the fate of a mutant: the Worker, the checks, the platform, the packages, the seed. */
export function fatesFile(worker: string, seed: number): string {
  const hash = createHash('sha256').update(String(seed));
  const house = ['conformance', 'reference-worker', 'migrations'];
  for (const folder of [worker, ...house.map((name) => join(ROOT, name))])
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted())
      if (/\.(ts|sql|json)$/.test(file) && !/\.test\.ts$/.test(file))
        hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  hash.update(readFileSync(join(ROOT, 'package-lock.json')));
  return join(FOLDER, `${hash.digest('hex').slice(0, 16)}.jsonl`);
}
