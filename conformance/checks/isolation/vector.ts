import type { Exchange } from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import type { Witness } from '../evidence.ts';
import { type Cell, cellsOf, type LeftOut, nameOf, PLACEMENTS } from './cells.ts';
import { type Scene, sceneOf } from './scene.ts';

/** One way to reach for another account's data, judged for every cell of the matrix that it applies to. */
export interface Vector extends Check {
  readonly leavesOut: readonly LeftOut[];
}

/** What a vector works with. */
export interface Bench extends Context {
  readonly scene: Scene;
  readonly cells: readonly Cell[];
  /** @param text as a clause that is true when it holds; the cell is added */
  claim(cell: Cell, text: string, holds: boolean, witness: Witness | readonly Exchange[]): void;
  control(cell: Cell, text: string, holds: boolean, exchanges: readonly Exchange[]): void;
}

interface Described extends Omit<Check, 'id' | 'environment' | 'run' | 'requirements'> {
  readonly name: string;
  /** Beside A2 and A7, which all of them prove. */
  readonly requirements?: readonly string[];
  readonly leavesOut: readonly LeftOut[];
  judge(bench: Bench): Promise<void>;
}

export function vector({ name, judge, requirements = [], ...described }: Described): Vector {
  return {
    ...described,
    id: `isolation/${name}`,
    requirements: ['A2', 'A7', ...requirements],
    // All accounts of a deployment share a process, and none of the vectors needs a replica to be behind.
    environment: 'real-time',
    async run(context) {
      const { system, accounts } = context.target;
      const placements = PLACEMENTS.filter((placement) => accounts.some(({ role }) => role === placement));
      const cells = cellsOf(described.leavesOut, system, placements);
      const judged = { claims: new Set<string>(), controls: new Set<string>() };
      const bench: Bench = {
        ...context,
        cells,
        scene: await sceneOf(context),
        claim(cell, text, holds, witness) {
          judged.claims.add(nameOf(cell));
          context.evidence.claim(`${text} (${nameOf(cell)})`, holds, witness);
        },
        control(cell, text, holds, exchanges) {
          judged.controls.add(nameOf(cell));
          context.evidence.control(`${text} (${nameOf(cell)})`, holds, exchanges);
        },
      };
      await judge(bench);
      const missed = cells
        .map(nameOf)
        .filter((cell) => !(judged.claims.has(cell) && judged.controls.has(cell)));
      if (missed.length > 0)
        throw new Error(`no claim, or no control, for these cells: ${missed.join('; ')}`);
    },
  };
}

/** Runs something for every cell; a cell waits for its own requests only. */
export async function forEachCell(bench: Bench, run: (cell: Cell) => Promise<void>): Promise<void> {
  await Promise.all(bench.cells.map(run));
}
