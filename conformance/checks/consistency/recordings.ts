import fc from 'fast-check';
import { routeTo } from '../../../reference-worker/target/index.ts';
import { documentsOf, type Program, programs, type Recording, runProgram } from '../../programs/index.ts';
import type { Context } from '../check.ts';
import { directed } from './directed.ts';

/** Beside the directed ones: how many random programs a run looks at. */
const RANDOM_PROGRAMS = { fast: 40, full: 110 } as const;
/** Shrinking ends with the smallest so far. Counted in programs, not in seconds: same seed, same witness. */
const MAX_RERUNS = 150;

/** The programs of a run and the histories that they leave on its target. */
export class Recordings {
  readonly programs: readonly Program[];
  readonly #target: Context['target'];
  readonly #name: string;
  readonly #arbitrary: fc.Arbitrary<Program>;
  readonly #parameters: fc.Parameters<[Program]>;
  readonly #path: string | undefined;
  readonly #made = new Map<string, Promise<Recording>>();

  /**
   * @param name begins the ids of all documents
   * @param patchMakes whether a PATCH of nothing makes a document (RFC 5789, section 2), which a history has no notion of
   * @param deletesNothing whether a DELETE of nothing is answered as done (RFC 9110, section 9.3.5): neither has it of that
   * @throws Error for a path that leads to no program
   */
  constructor(
    { target, seed, effort, path }: Omit<Context, 'evidence' | 'once' | 'unique'>,
    name: string,
    {
      patchMakes = false,
      deletesNothing = false,
    }: { readonly patchMakes?: boolean; readonly deletesNothing?: boolean } = {},
  ) {
    const { resource } = documentsOf(target.system, name);
    const supports = (kind: Parameters<Parameters<typeof programs>[0]>[0]) =>
      routeTo(target.system, kind, resource.name) !== undefined &&
      (kind !== 'batch' || target.lacks('atomic-batches') === undefined) &&
      (kind !== 'create' || target.lacks('unique-ids') === undefined) &&
      (kind !== 'patch' || !patchMakes) &&
      (kind !== 'delete' || !deletesNothing);
    const examples = directed(supports).map((program): [Program] => [program]);
    const numRuns = examples.length + RANDOM_PROGRAMS[effort];
    this.#target = target;
    this.#name = name;
    this.#path = path;
    this.#arbitrary = programs(supports);
    // Unbiased: fast-check would begin with programs that are too short to break anything.
    this.#parameters = { seed, examples, numRuns, unbiased: true };
    this.programs = this.#drawn();
  }

  /** What a program left: it runs once, on documents of its own. */
  of(program: Program): Promise<Recording> {
    const name = JSON.stringify(program);
    const known =
      this.#made.get(name) ?? runProgram(program, this.#target, `${this.#name}-${this.#made.size}`);
    this.#made.set(name, known);
    return known;
  }

  /**
   * Shrinks a program to a smaller one whose history is broken too.
   *
   * @param index of the program
   * @returns it, and the path on which fast-check finds it again
   */
  async smallest(
    index: number,
    isBroken: (recording: Recording) => boolean,
  ): Promise<{ readonly program: Program; readonly path: string }> {
    const path = this.#path ?? String(index);
    const mostMade = this.#made.size + MAX_RERUNS;
    const holds = fc.asyncProperty(this.#arbitrary, async (program) => {
      const isSpent = this.#made.size >= mostMade && !this.#made.has(JSON.stringify(program));
      return isSpent || !isBroken(await this.of(program));
    });
    const endOnFailure = this.#path !== undefined;
    const found = await fc.check(holds, { ...this.#parameters, path, endOnFailure });
    const [program] = found.counterexample ?? [];
    if (!program || !found.counterexamplePath)
      throw new Error('a history was broken and no longer is', { cause: found.errorInstance });
    return { program, path: found.counterexamplePath };
  }

  /** All, or the one at the end of the path. */
  #drawn(): Program[] {
    const found: Program[] = [];
    const collect = fc.property(
      this.#arbitrary,
      (program) => found.push(program) > 0 && this.#path === undefined,
    );
    const path = this.#path === undefined ? {} : { path: this.#path };
    fc.check(collect, { ...this.#parameters, ...path, endOnFailure: true });
    if (found.length === 0) throw new Error(`no program is at ${this.#path}`);
    return found;
  }
}
