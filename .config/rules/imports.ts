import { dirname, join } from 'node:path/posix';

/** The text of every source, by its path from the root of the project. */
export type Sources = ReadonlyMap<string, string>;
/** What each source imports of the others, types included. */
export type Imports = ReadonlyMap<string, readonly string[]>;

const IMPORT =
  /^(?:import|export)\s+(?:type\s+)?(?:[\w*{][^;'"()=]*?\bfrom\s*)?'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)/gm;

/** A test, or what only tests import. */
export const isForTests = (file: string): boolean =>
  /\.(test|testing)\.ts$|\/(testing|test)\//.test(`/${file}`);

export const importsOf = (sources: Sources): Imports =>
  new Map(
    [...sources].map(([file, source]) => [
      file,
      [
        ...new Set(
          [...source.matchAll(IMPORT)].map(([, named, lazy]) => join(dirname(file), named ?? lazy ?? '')),
        ),
      ],
    ]),
  );

const LOADED = /^(?:import|export)\s+(?!type\s)(?:[\w*{][^;'"()=]*?\bfrom\s*)?'([^']+)'/gm;

/** The packages that come with a source before anything runs: by its imports, and theirs, but not by those that wait for a call. */
export function packagesOf(sources: Sources, first: string): string[] {
  const reached = new Set([first]);
  const packages = new Set<string>();
  for (const file of reached)
    for (const [, name = ''] of sources.get(file)?.matchAll(LOADED) ?? [])
      if (name.startsWith('.')) reached.add(join(dirname(file), name));
      else if (!name.startsWith('node:')) packages.add(name);
  return [...packages].toSorted();
}

/** The sources that a source starts as processes or threads. */
export const startedBy = (file: string, source: string): string[] =>
  [...source.matchAll(/\bnew URL\('(\.[^']+\.ts)', import\.meta\.url\)/g)].map(([, path = '']) =>
    join(dirname(file), path),
  );

/** k6 runs the script and the generator: an index would bring in what only Node has, and each virtual user would hold it. */
const isForK6 = (from: string, to: string): boolean =>
  /^(loadtest\/k6|fixtures\/generator)\//.test(from) &&
  /^(fixtures\/generator\/|reference-worker\/(target\/system\/data|shared-shards\/data\/ids)\.ts$)/.test(to);

/** The imports, as `importer -> imported`, that reach past the index of a folder which they do not belong to. */
export const pastTheIndex = (imports: Imports): string[] =>
  edgesOf(imports)
    .filter(
      ([from, to]) =>
        !isForTests(from) &&
        !to.endsWith('/index.ts') &&
        !from.startsWith(`${dirname(to)}/`) &&
        dirname(to) !== '.' &&
        !isForK6(from, to) &&
        // The index of a Worker's own source is its entry point, and an entry point exports handlers only.
        !/^reference-worker\/[\w-]+\/src\//.test(to) &&
        // A verb is declared apart from its program, which is loaded when it is asked for; the command imports the verbs.
        !to.endsWith('verbs.ts') &&
        !from.endsWith('verbs.ts'),
    )
    .map(([from, to]) => `${from} -> ${to}`);

/** The groups of sources that import one another in a circle, type imports included (Tarjan's strongly connected components). */
export function circlesIn(imports: Imports): string[][] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const path: string[] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.size - 1);
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (path.includes(next)) lowest.set(file, Math.min(lowest.get(file) ?? 0, lowest.get(next) ?? 0));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = path.splice(path.indexOf(file));
    if (circle.length > 1) circles.push(circle.toSorted());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}

const SMALL_LINES = 40;

/** Sources of under 40 lines with one importer, in their own folder: they belong in that one. */
export function wouldFitInTheirImporter(sources: Sources, imports: Imports): string[] {
  const importers = Map.groupBy(edgesOf(imports), ([, to]) => to);
  return [...sources]
    .filter(([file, source]) => {
      const [only, another] = (importers.get(file) ?? []).map(([from]) => from);
      return (
        !isForTests(file) &&
        !file.endsWith('/index.ts') &&
        source.trimEnd().split('\n').length < SMALL_LINES &&
        only !== undefined &&
        another === undefined &&
        !isForTests(only) &&
        !only.endsWith('/index.ts') &&
        // The command loads a verb when it is asked for, and not before.
        !only.endsWith('verbs.ts') &&
        dirname(only) === dirname(file)
      );
    })
    .map(([file]) => file);
}

const EXPORT =
  /^export (?:default )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;
/** Whoever loads a module prescribes these: k6, the command, and the house for a Worker of somebody's own. */
const PRESCRIBED: readonly string[] = ['setup', 'handleSummary', 'verbs', 'internalVerbs', 'system', 'model'];

/** The names that are exported by several sources, as `source: name, also in source`. */
export function definedTwice(sources: Sources): string[] {
  const definitions = [...sources]
    .filter(([file]) => !isForTests(file))
    .flatMap(([file, source]) =>
      // A type may have the name of the schema beside it.
      [...new Set([...source.matchAll(EXPORT)].map(([, name = '']) => name))].map((name) => ({ name, file })),
    );
  // Each reference Worker is a program of its own, which nobody else imports.
  const program = (file: string): string => /^reference-worker\/[\w-]+\/src\//.exec(file)?.[0] ?? '';
  return [...Map.groupBy(definitions, ({ name, file }) => `${program(file)}${name}`).values()]
    .map((all) => [all[0]?.name ?? '', all] as const)
    .filter(([name, all]) => all.length > 1 && !PRESCRIBED.includes(name))
    .map(
      ([name, [first, ...others]]) =>
        `${first?.file}: ${name}, also in ${others.map(({ file }) => file).join(', ')}`,
    );
}

const edgesOf = (imports: Imports): [from: string, to: string][] =>
  [...imports].flatMap(([from, targets]) => targets.map((to): [string, string] => [from, to]));
