import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const ENTRY = join(import.meta.dirname, 'k6-stand-in.ts');

/** The runner of a container as one file for Node: no image has to be built, and nothing installed there. @returns its text */
export async function bundleRunner(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    write: false,
    bundle: true,
    minify: true,
    plugins: [withoutSideEffects],
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'silent',
    // Packages that are no ECMAScript modules ask for the modules of Node by require.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return outputFiles[0]?.text ?? '';
}

/** Nothing of the house does anything by being imported, so that of an index only what is used is bundled. */
const withoutSideEffects: Plugin = {
  name: 'without-side-effects',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, importer, kind }) =>
      kind === 'entry-point' || importer.includes('node_modules')
        ? undefined
        : { path: resolve(dirname(importer), path), sideEffects: false },
    );
  },
};
