import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  copyOf,
  type MutatedWorker,
  type Target,
  type WorkerSource,
} from '../../../reference-worker/target/index.ts';
import type { Mutant } from './mutants.ts';

/** The place of the Worker as it is, among its mutants. */
export const UNCHANGED = 0;

/** Names the one of a bundle that is to answer; nothing of the Worker reads it. */
const WHICH = 'x-shardproof-mutant';
const ENTRY = 'many-workers.ts';

/**
 * A Worker and its mutants as one Worker, so that a platform which is started once serves all of them. Each has modules
 * of its own, which are evaluated when it is first asked: nothing that one remembers is seen by another.
 *
 * @param mutants the first one is number 1; `UNCHANGED` is the Worker itself
 */
export function manyWorkers(
  source: WorkerSource,
  mutants: readonly Pick<Mutant, 'file' | 'text'>[],
): MutatedWorker {
  const own = readdirSync(source.folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(join(source.folder, file), 'utf8')] as const);
  const files = mutants.flatMap((mutant, index) =>
    own.map(([file, text]) => [`${folderOf(index + 1)}/${file}`, file === mutant.file ? mutant.text : text]),
  );
  const entries = [source.entry, ...mutants.map((_, index) => `${folderOf(index + 1)}/${source.entry}`)];
  const { entry, remove } = copyOf(source, 'many', {
    ...Object.fromEntries(files),
    [ENTRY]: textOf(entries),
  });
  return { entry: entry.slice(0, -source.entry.length) + ENTRY, remove };
}

const folderOf = (number: number): string => `mutant-${number}`;

/** A request without the header, as hostile bytes may be, is for the one that was asked last, and so is what a schedule begins. */
const textOf = (entries: readonly string[]): string => `
const workers = [${entries.map((entry) => `() => import('./${entry}')`).join(', ')}];
let which = 0;
export default {
  async fetch(request, env, context) {
    which = Number(request.headers.get('${WHICH}') ?? which);
    const { default: worker } = await workers[which]();
    return worker.fetch(request, env, context);
  },
  async scheduled(controller, env, context) {
    const { default: worker } = await workers[which]();
    await worker.scheduled?.(controller, env, context);
  },
};
`;

/** A target of such a Worker, all of whose requests are answered by one of them. */
export const answeredBy = (target: Target, number: number): Target => ({
  ...target,
  send: (url, request, options) =>
    target.send(url, { ...request, headers: { ...request.headers, [WHICH]: String(number) } }, options),
});
