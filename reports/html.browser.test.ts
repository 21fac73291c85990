import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { renderHtml } from './html.ts';
import type { RunResult } from './schema.ts';
import { hostileResult } from './testing/hostile-result.ts';
import { generatorSignal, leakSignal, objectiveSignal, sampleResult } from './testing/sample-result.ts';

const SCREENS = [
  [360, 'dark'],
  [1440, 'light'],
] as const;
const TIMEOUT_MS = 30_000;
const LAUNCH_ARGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

function findChromium(): string | undefined {
  if (process.env.CHROMIUM_BIN) return process.env.CHROMIUM_BIN;
  const found = ['chromium', 'google-chrome'].map((name) => `command -v ${name}`).join(' || ');
  return execFileSync('sh', ['-c', `${found} || true`], { encoding: 'utf8' }).trim() || undefined;
}

const executablePath = findChromium();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const results: [name: string, result: RunResult][] = [
  ['PASS', sampleResult()],
  ['FAIL', sampleResult({ signals: [leakSignal(3), objectiveSignal(25)] })],
  ['INCONCLUSIVE', sampleResult({ signals: [{ ...generatorSignal(90), onBreach: 'INCONCLUSIVE' }] })],
  ['VOID', sampleResult({ signals: [leakSignal(0), generatorSignal(97), objectiveSignal(25)] })],
  ['hostile', hostileResult()],
];

let browser: Browser | undefined;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shardproof-page-'));
  if (executablePath) browser = await chromium.launch({ executablePath, args: LAUNCH_ARGS.split(' ') });
}, TIMEOUT_MS);
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});
beforeEach((context) => {
  context.skip(browser === undefined, 'no Chromium: set CHROMIUM_BIN, or put chromium on PATH');
});

/** Opens the page, hands it to `inspect`, and returns what it asked for and complained of meanwhile. */
async function visit(
  options: { url: string; width: number; colorScheme: 'light' | 'dark' },
  inspect: (page: Page) => Promise<void>,
) {
  if (browser === undefined) throw new Error('Chromium did not start.');
  const { url, width, colorScheme } = options;
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  await page.goto(url);
  await inspect(page);
  await context.close();
  return { requests: requests.filter((requested) => requested !== url), complaints };
}

describe.each(results)('report.html of a run: %s', (name, result) => {
  let url: string;

  beforeAll(async () => {
    const file = join(folder, `${name}.html`);
    await writeFile(file, await renderHtml(result));
    url = pathToFileURL(file).href;
  });

  test.each(SCREENS)(
    'at %d px in %s: no request, no complaint, no overflow, no serious accessibility violation',
    async (width, colorScheme) => {
      const { requests, complaints } = await visit({ url, width, colorScheme }, async (page) => {
        for (const summary of await page.locator('summary').all()) await summary.click();
        expect(await page.locator('script, img, iframe, object').count()).toBe(0);
        const overflowPx = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(overflowPx).toBeLessThanOrEqual(0);

        await page.evaluate(axe);
        const { violations, passes }: AxeResults = await page.evaluate('axe.run()');
        const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
        expect(passes.map(({ id }) => id)).toContain('color-contrast');
      });

      expect(requests).toEqual([]);
      expect(complaints).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
