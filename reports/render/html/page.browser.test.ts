import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { capacityReport } from '../../capacity/index.ts';
import { comparisonReport } from '../../comparison/index.ts';
import { sampleComparison } from '../../comparison/testing/sample-comparison.ts';
import { conformanceReport } from '../../conformance/index.ts';
import { hostileConformance } from '../../conformance/testing/hostile-conformance.ts';
import { renderTrend } from '../../history/index.ts';
import { sampleHistory } from '../../history/testing/sample-history.ts';
import { launchChromium } from '../../sample/index.ts';
import type { RunResult } from '../../schema/index.ts';
import { ComparisonResult } from '../../schema/index.ts';
import { HOSTILE, hostileOf, hostileResult } from '../../testing/hostile-result.ts';
import { sampleLadder, sampleOpen } from '../../testing/sample-ladder.ts';
import { nothingMeasured } from '../../testing/sample-load.ts';
import { generatorSignal, leakSignal, objectiveSignal, sampleResult } from '../../testing/sample-result.ts';
import { renderHtml } from './index.ts';

const SCREENS = [
  [360, 'dark'],
  [1440, 'light'],
] as const;
const TIMEOUT_MS = 30_000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A name that is hostile, of a picture that is. */
const PICTURE = `${HOSTILE}.svg`;
const SCRIPTED_SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="960" height="300"><script>alert(1)</script><rect width="900" height="200"/></svg>';

const capacity = (result: RunResult) => () => renderHtml(capacityReport(result));

const pages: [name: string, render: () => Promise<string>][] = [
  ['PASS', capacity(sampleLadder())],
  ['FAIL', capacity(sampleOpen({ signals: [leakSignal(3), objectiveSignal(25)] }))],
  [
    'INCONCLUSIVE',
    capacity(
      sampleResult({ ...nothingMeasured, signals: [{ ...generatorSignal(90), onBreach: 'INCONCLUSIVE' }] }),
    ),
  ],
  ['VOID', capacity(sampleResult({ signals: [leakSignal(0), generatorSignal(97), objectiveSignal(25)] }))],
  ['hostile', capacity(hostileResult())],
  [
    'conformance',
    () => renderHtml(conformanceReport(hostileConformance(PICTURE), { [PICTURE]: SCRIPTED_SVG })),
  ],
  ['comparison', () => renderHtml(comparisonReport(hostileOf(sampleComparison(), ComparisonResult)))],
  ['trend', () => renderTrend(sampleHistory(), {})],
];

let browser: Browser | undefined;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shardproof-page-'));
  browser = await launchChromium();
}, TIMEOUT_MS);
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});
beforeEach((context) => {
  context.skip(browser === undefined, 'no Chromium: set CHROMIUM_BIN, or put chromium on PATH');
});

/** Opens the page, and keeps what it asked for and complained of. */
async function visit(url: string) {
  if (browser === undefined) throw new Error('Chromium did not start.');
  const page = await browser.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  await page.goto(url);
  return { page, requests: () => requests.filter((requested) => requested !== url), complaints };
}

async function inspect(page: Page): Promise<void> {
  const overflowPx = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
  expect(overflowPx).toBeLessThanOrEqual(0);

  const { violations, passes }: AxeResults = await page.evaluate('axe.run()');
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(passes.map(({ id }) => id)).toContain('color-contrast');
}

test.each(pages)(
  'the page of %s, on a telephone in the dark and on a wide screen: no request, no complaint, no overflow, no serious accessibility violation',
  async (name, render) => {
    const file = join(folder, `${name}.html`);
    await writeFile(file, await render());
    const { page, requests, complaints } = await visit(pathToFileURL(file).href);
    expect(await page.locator('script, iframe, object, img:not([src^="data:"])').count()).toBe(0);
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.evaluate(axe);

    for (const [width, colorScheme] of SCREENS) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await inspect(page);
    }

    expect(requests()).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  },
  TIMEOUT_MS,
);
