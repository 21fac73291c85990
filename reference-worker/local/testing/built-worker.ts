import type { ProjectFiles } from './project.ts';

/** The smallest WebAssembly module that exports something: a global `answer`, 42. */
const WASM = Buffer.from('AGFzbQEAAAAGBgF/AEEqCwcKAQZhbnN3ZXIDAA==', 'base64');

/** A Worker that needs everything that a configuration can say of its build, and tells what has become of it. */
export const BUILT_WORKER = {
  'wrangler.jsonc': {
    name: 'built',
    main: 'src/index.tsx',
    compatibility_date: '2026-10-20',
    build: { command: 'echo "export default \\"generated\\";" > generated.ts', cwd: 'src' },
    rules: [{ type: 'Text', globs: ['**/*.md'], fallthrough: true }],
    define: { VERSION: '"1.2"' },
    alias: { library: './src/replacement.ts' },
    tsconfig: 'src/tsconfig.json',
    jsx_factory: 'element',
  },
  'src/tsconfig.json': { compilerOptions: { baseUrl: '.', paths: { '~/*': ['./deep/*'] } } },
  'src/index.tsx': `import { createHash } from 'crypto';
import library from 'library';
import conditional from 'conditional';
import text from './text.txt';
import sql from './query.sql';
import markdown from './page.md';
import data from './data.bin';
import wasm from './answer.wasm';
import generated from './generated';
import { inherits } from './common.cjs';
import { deep } from '~/deep';
const element = (name, _properties, ...children) => [name, ...children].join();
class Named {}
const table = { Named: class extends Named {} };
export default { fetch() {
  const { exports } = new WebAssembly.Instance(wasm);
  return Response.json({
    VERSION, library, conditional, text, sql, markdown, generated, inherits, deep,
    data: [...new Uint8Array(data)], wasm: exports.answer.value, jsx: <p>inside</p>,
    names: [Named.name, table.Named.name], environment: process.env.NODE_ENV,
    hash: createHash('sha256').update('x').digest('hex').slice(0, 8),
  });
} };`,
  'src/replacement.ts': `export default 'replacement';`,
  'src/text.txt': 'a text',
  'src/query.sql': 'SELECT 1',
  'src/page.md': '# A page',
  'src/data.bin': Buffer.from([0, 255]),
  'src/answer.wasm': WASM,
  'src/common.cjs': `module.exports = { inherits: typeof require('util').inherits };`,
  'src/deep/deep.ts': `export const deep: string = 'deep';`,
  'node_modules/conditional/package.json': {
    name: 'conditional',
    exports: { workerd: './workerd.js', default: './other.js' },
  },
  'node_modules/conditional/workerd.js': `export default 'for workerd';`,
  'node_modules/conditional/other.js': `export default 'for another runtime';`,
} satisfies ProjectFiles;

export const BUILT_ANSWER = {
  ...{ VERSION: '1.2', library: 'replacement', conditional: 'for workerd', text: 'a text', sql: 'SELECT 1' },
  ...{ markdown: '# A page', generated: 'generated', inherits: 'function', deep: 'deep', data: [0, 255] },
  ...{ wasm: 42, jsx: 'p,inside', names: ['Named', 'Named'], environment: 'production', hash: '2d711642' },
};
