#!/usr/bin/env node
// Plain JavaScript for any Node: it runs before anything that could fail in a less helpful way.
import { existsSync } from 'node:fs';

const [major] = process.versions.node.split('.');
// The package holds JavaScript (build-package.ts), the repository what it is made of.
const isPackage = existsSync(new URL('./verbs.js', import.meta.url));
if (!isPackage && !existsSync(new URL('../node_modules/tsx/package.json', import.meta.url))) {
  console.error(
    'not_installed: the packages of this project are not here; run "npm ci" in its folder, and start the command again.',
  );
  process.exit(4);
}
if (Number(major) < 22) {
  console.error(
    `node_too_old: Node 22 or newer is needed and this is ${process.version}; run "npm ci" with install ` +
      'scripts allowed (it brings Node 24 into node_modules) and start commands with "npm run".',
  );
  process.exit(4);
}
// Node runs TypeScript by itself from 22.18 on.
if (!process.features.typescript) (await import('tsx/esm/api')).register();
const { main } = await import(isPackage ? './verbs.js' : './verbs.ts');
await main(process.argv.slice(2));
