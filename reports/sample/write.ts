import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { programOf, readFlags, runCommand } from '../command/index.ts';
import { ReportError } from '../errors.ts';
import { launchChromium } from '../testing/chromium.ts';
import { copySamples, SAMPLE_FOLDER } from './copy.ts';

const ROOT = join(import.meta.dirname, '../..');
const PICTURE = join(ROOT, SAMPLE_FOLDER, 'capacity.png');

/** `npm run samples`: refreshes the committed samples from stored runs, and the README's picture of one. */
async function writeSamples(): Promise<number> {
  for (const { kind, runId } of await copySamples(ROOT)) console.log(`${SAMPLE_FOLDER}/${kind}: ${runId}`);
  await drawPicture(join(ROOT, SAMPLE_FOLDER, 'capacity/report.html'));
  console.log(`${SAMPLE_FOLDER}/capacity.png`);
  return 0;
}

async function drawPicture(report: string): Promise<void> {
  if (!existsSync(report))
    throw new ReportError(
      'no-sample',
      'There is no capacity run to take a picture of.',
      'Run npm run capacity first.',
    );
  const browser = await launchChromium();
  if (browser === undefined)
    throw new ReportError(
      'no-chromium',
      'There is no Chromium to take a picture with.',
      'Set CHROMIUM_BIN, or put chromium on PATH.',
    );
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
    await page.goto(pathToFileURL(report).href);
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
  }
}

const program = programOf({
  name: 'samples',
  does: "Replaces reports/sample by the newest stored run of each kind, and the README's picture by one of the newest ladder.",
  help: `Examples:
  npm run samples

Exit codes: 0 written, 3 it broke down, 4 usage, or no run or no Chromium to take a picture of.`,
});

await runCommand(
  async () => {
    readFlags(program, process.argv.slice(2), z.strictObject({}));
    return writeSamples();
  },
  { known: [ReportError] },
);
