import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyOf, type WorkerSource } from '../../../reference-worker/target/index.ts';
import type { Mutant } from './mutants.ts';

const TSC = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.bin', 'tsc');
/** Where a condition no longer narrows a type, one `!` would make the same defect build. */
const NARROWING = ['condition', 'logical', 'comparison'];
const ERROR = /\.mutant-(\d+)\.ts\(\d+,\d+\): error (TS\d+: .*)$/;

/**
 * The mutants that do not build, because their types are wrong: nobody could have deployed them. All are checked at
 * once, each file beside the Worker's own.
 *
 * @returns the first error of each, by its id
 */
export async function typeErrorsOf(
  mutants: readonly Mutant[],
  worker: WorkerSource,
): Promise<ReadonlyMap<string, string>> {
  const texts = mutants.map(({ file, text }, index) => [file.replace(/\.ts$/, `.mutant-${index}.ts`), text]);
  const options = { noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true };
  const config = { extends: configOf(worker.folder), compilerOptions: options, include: ['.'] };
  const { entry, remove } = copyOf(worker, 'types', {
    ...Object.fromEntries(texts),
    'tsconfig.json': JSON.stringify(config),
  });
  try {
    const errors = (await compile(dirname(entry))).split('\n').map((line) => ERROR.exec(line));
    const wrong = new Map<string, string>();
    for (const [, index, reason] of errors.filter((each) => each !== null)) {
      const mutant = mutants[Number(index)];
      if (mutant && reason && !NARROWING.includes(mutant.operator) && !wrong.has(mutant.id))
        wrong.set(mutant.id, reason);
    }
    return wrong;
  } finally {
    remove();
  }
}

/** The configuration that the Worker is built with. */
function configOf(folder: string): string {
  const file = join(folder, 'tsconfig.json');
  if (existsSync(file)) return file;
  if (dirname(folder) === folder) throw new Error('there is no tsconfig.json above the Worker');
  return configOf(dirname(folder));
}

/** @returns what the compiler says */
const compile = (folder: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const args = ['-p', folder, '--noEmit', '--pretty', 'false'];
    execFile(TSC, args, { maxBuffer: 2 ** 30 }, (error, stdout) => {
      // It ends with 1 or 2 where it has found errors, and says which.
      if (error && stdout === '') reject(error);
      else resolve(stdout);
    });
  });
