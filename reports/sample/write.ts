import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ReportError } from '../errors.ts';
import { launchChromium } from './chromium.ts';
import { copySamples, SAMPLE_FOLDER } from './copy.ts';

const ROOT = join(import.meta.dirname, '../..');
const PICTURE = join(ROOT, SAMPLE_FOLDER, 'capacity.png');

/** Refreshes the committed samples from stored runs, and the README's picture of one. */
export async function writeSamples(): Promise<number> {
  for (const { name, runId } of await copySamples(ROOT)) console.log(`${SAMPLE_FOLDER}/${name}: ${runId}`);
  await drawPicture(join(ROOT, SAMPLE_FOLDER, 'capacity/report.html'));
  console.log(`${SAMPLE_FOLDER}/capacity.png`);
  return 0;
}

async function drawPicture(report: string): Promise<void> {
  if (!existsSync(report))
    throw new ReportError(
      'no_sample',
      'There is no capacity run to take a picture of. Run npm run capacity first.',
    );
  const browser = await launchChromium();
  if (browser === undefined)
    throw new ReportError(
      'no_chromium',
      'There is no Chromium to take a picture with. Set CHROMIUM_BIN, or put chromium on PATH.',
    );
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(report).href);
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
  }
}
