#!/usr/bin/env node
// Plain JavaScript for any Node: it runs before anything that could fail in a less helpful way.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
// The package holds JavaScript (build-package.ts), the repository what it is made of.
const isPackage = existsSync(new URL('./verbs.js', import.meta.url));
if (!isPackage && !existsSync(new URL('../node_modules/tsx/package.json', import.meta.url))) {
  console.error(
    'not_installed: the packages of this project are not here; run "npm ci" in its folder, and start the command again.',
  );
  process.exit(4);
}
// node:sqlite can refuse statements, as D1 does, from 24.10 on (nodejs.org/api/sqlite.html#databasesetauthorizercallback).
if (major > 24 || (major === 24 && minor >= 10)) {
  const { main } = await import(isPackage ? './verbs.js' : './verbs.ts');
  await main(process.argv.slice(2));
} else runOnOwnNode();

/** With the Node that was installed beside this. */
function runOnOwnNode() {
  const node = ownNode();
  if (node === undefined) {
    console.error(
      `node_too_old: Node 24.10 or newer is needed and this is ${process.version}; install with install scripts ` +
        'allowed (that brings Node 24 into node_modules), or use a newer Node.',
    );
    process.exit(4);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal tells both of a Ctrl-C.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}

/** @returns undefined where it was not installed */
function ownNode() {
  try {
    const file = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}
