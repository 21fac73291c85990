import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';
import { bundleClient } from '../loadtest/k6-client/index.ts';
import { files, root } from './tracked-files.ts';

/** What `npm pack` ships. */
const PACKAGE = join(root, '.shardproof', 'package');
/** Apart from the sources: beside a `.ts` no compiler would look at its `.d.ts`. */
const TYPES = join(PACKAGE, 'types');

const SHIPPED =
  /^(\.config\/(shardproof\.js|verbs\.ts)|(conformance|fixtures|loadtest|migrations|reference-worker|reports)\/.*)$/;
const FOR_THE_HOUSE =
  /(\.test\.ts|\.testing\.ts|vitest\.config\.ts|\.d\.ts)$|\/(testing|test)\/|^loadtest\/proofs\//;

/**
 * Builds the package: JavaScript, because Node runs no TypeScript below node_modules
 * (nodejs.org/api/typescript.html#type-stripping-in-dependencies), its declarations, and everything that is read as a file.
 * The TypeScript stays beside it, because Workers and the k6 script are bundled from their sources when they are run.
 */
async function buildPackage(): Promise<void> {
  rmSync(PACKAGE, { recursive: true, force: true });
  const shipped = files.filter((file) => SHIPPED.test(file) && !FOR_THE_HOUSE.test(file));
  for (const file of shipped) {
    const target = join(PACKAGE, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, file), target);
    if (!file.endsWith('.ts')) continue;
    const { code } = transformSync(readFileSync(target, 'utf8'), {
      loader: 'ts',
      format: 'esm',
      target: 'node22',
    });
    writeFileSync(target.replace(/\.ts$/, '.js'), pointAtJavaScript(code));
  }
  await bundleClient(join(PACKAGE, 'k6.js'));
  // The types of what a user imports; the house's own programs need none.
  execFileSync('tsc', ['-p', join(root, '.config', 'package.tsconfig.json'), '--outDir', TYPES], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const file of globSync('**/*.d.ts', { cwd: TYPES })) {
    const declarations = join(TYPES, file);
    writeFileSync(declarations, pointAtJavaScript(readFileSync(declarations, 'utf8')));
  }
}

/** Imports and module URLs; a path that a file is read from keeps its name. */
const pointAtJavaScript = (code: string): string =>
  code
    .replace(/((?:\bfrom|\bimport)\s*\(?\s*["'])(\.{1,2}\/[^"']+)\.ts(["'])/g, '$1$2.js$3')
    .replace(/(new URL\(\s*["'`][^"'`]+)\.ts(["'`],\s*import\.meta\.url)/g, '$1.js$2');

await buildPackage();
