import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  copyOf,
  type MutatedWorker,
  type Target,
  type WorkerSource,
} from '../../../reference-worker/target/index.ts';

/** The text of each file that a mutant changes, by the file's path below the Worker's folder. */
export type ChangedFiles = Readonly<Record<string, string>>;

/** The place of the Worker as it is, among its mutants. */
export const UNCHANGED = 0;

/** Names the one of a bundle that is to answer; nothing of the Worker reads it. */
const WHICH = 'x-shardproof-mutant';
const ENTRY = 'many-workers.ts';

/**
 * A Worker and its mutants as one Worker, so that a platform which is started once serves all of them. Each has modules
 * of its own, which are evaluated when it is first asked: nothing that one remembers is seen by another. What else the
 * Worker exports, such as Durable Objects, is its own in all of them.
 *
 * @param mutants the first one is number 1; `UNCHANGED` is the Worker itself
 */
export function manyWorkers(source: WorkerSource, mutants: readonly ChangedFiles[]): MutatedWorker {
  const own = readdirSync(source.folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(join(source.folder, file), 'utf8')] as const);
  const files = mutants.flatMap((changed, index) =>
    own.map(([file, text]) => [`${folderOf(index + 1)}/${file}`, changed[file] ?? text]),
  );
  const entries = [source.entry, ...mutants.map((_, index) => `${folderOf(index + 1)}/${source.entry}`)];
  const { entry, remove } = copyOf(source, 'many', {
    ...Object.fromEntries(files),
    [ENTRY]: textOf(source.entry, entries),
  });
  return { entry: entry.slice(0, -source.entry.length) + ENTRY, remove };
}

const folderOf = (number: number): string => `mutant-${number}`;

/** A request without the header, as hostile bytes may be, is for the one that was asked last; so is what no request starts. */
const textOf = (own: string, entries: readonly string[]): string => `
export * from './${own}';
const workers = [${entries.map((entry) => `() => import('./${entry}')`).join(', ')}];
let which = 0;
const asked = async () => (await workers[which]()).default;
export default {
  async fetch(request, env, context) {
    which = Number(request.headers.get('${WHICH}') ?? which);
    return (await asked()).fetch(request, env, context);
  },
  async scheduled(controller, env, context) {
    await (await asked()).scheduled?.(controller, env, context);
  },
};
`;

/** A target of such a Worker, all of whose requests are answered by one of them. */
export const answeredBy = (target: Target, number: number): Target => ({
  ...target,
  send: (url, request, options) =>
    target.send(url, { ...request, headers: { ...request.headers, [WHICH]: String(number) } }, options),
});
