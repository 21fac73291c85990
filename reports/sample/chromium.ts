import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';

const LAUNCH_ARGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** Starts CHROMIUM_BIN, or the chromium or google-chrome on PATH; undefined when there is none. */
export async function launchChromium(): Promise<Browser | undefined> {
  const executablePath = findChromium();
  return executablePath === undefined
    ? undefined
    : chromium.launch({ executablePath, args: LAUNCH_ARGS.split(' ') });
}

function findChromium(): string | undefined {
  if (process.env.CHROMIUM_BIN) return process.env.CHROMIUM_BIN;
  const found = ['chromium', 'google-chrome'].map((name) => `command -v ${name}`).join(' || ');
  return execFileSync('sh', ['-c', `${found} || true`], { encoding: 'utf8' }).trim() || undefined;
}
