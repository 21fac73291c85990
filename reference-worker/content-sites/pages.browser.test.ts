import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchChromium } from '../../reports/sample/index.ts';
import { useWorker } from '../local/vitest.ts';
import { sendHttp } from '../target/index.ts';
import { ownerSession, SESSION_SECRET } from './system.ts';

/** Pages of one tenant in a real browser, in both themes: what a policy forbids shows on a console only. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TEXT = [
  '## Under a heading',
  '',
  'Some *words* with a [link](https://example.com/), a [link that runs something](javascript:alert(1)) and a picture:',
  '',
  '![A picture](/media/logo.svg)',
  '',
  '<script>alert(2)</script>',
  '',
  '| not | a table |',
  '',
  '```',
  'A long line of code that goes on and on beyond what a telephone shows in one line, and then some more of it to be sure.',
  '```',
].join('\n');

const worker = useWorker({
  config: join(import.meta.dirname, 'wrangler.jsonc'),
  vars: { SESSION_SECRET, BASE_DOMAIN: 'localhost' },
});
let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launchChromium();
  const { query } = worker.platform.operator;
  await query(
    'DB',
    "INSERT INTO tenant (id, owner_email) VALUES ('oak', 'owner@oak.example'), ('elm', 'owner@elm.example')",
  );
  const settings =
    "INSERT INTO setting (tenant_id, id, value) VALUES (?1, 'title', 'Oak'), (?1, 'description', 'About trees.')";
  await query('DB', settings, ['oak']);
  await query('DB', settings, ['elm']);
  await query(
    'DB',
    "INSERT INTO setting (tenant_id, id, value) VALUES ('elm', 'theme', 'dark'), ('elm', 'accent', '#c04000')",
  );
  for (const tenant of ['oak', 'elm'])
    for (const table of ['post', 'page'])
      await query(
        'DB',
        `INSERT INTO ${table} (tenant_id, id, title, text, status) VALUES (?1, 'first', 'A first one', ?2, 'published')`,
        [tenant, TEXT],
      );
  const picture =
    '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="20" height="20"/></svg>';
  for (const tenant of ['oak', 'elm']) {
    const { status } = await sendHttp(worker.url(), {
      ...{ method: 'PUT', path: '/admin/media/logo.svg', body: picture },
      headers: {
        host: `${tenant}.localhost`,
        cookie: `session=${ownerSession(`owner@${tenant}.example`)}`,
        'content-type': 'image/svg+xml',
      },
    });
    expect(status).toBe(200);
  }
});
afterAll(() => browser?.close());
beforeEach((context) => {
  context.skip(browser === undefined, 'no Chromium: set CHROMIUM_BIN, or put chromium on PATH');
});

/** Opens a page, and keeps what it complained of. */
async function visit(tenant: string, path: string, widthPx: number) {
  if (browser === undefined) throw new Error('Chromium did not start.');
  const page = await browser.newPage({ viewport: { width: widthPx, height: 800 } });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  const { port } = new URL(worker.url());
  await page.goto(`http://${tenant}.localhost:${port}${path}`);
  return { page, complaints };
}

/** Evaluated from outside: the policy of the page lets nothing of its own run. */
async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations }: AxeResults = await page.evaluate('axe.run()');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const background = (page: Page): Promise<unknown> =>
  page.evaluate('getComputedStyle(document.body).backgroundColor');

describe.each([
  ['light', 'oak', 'rgb(255, 255, 255)'],
  ['dark', 'elm', 'rgb(22, 24, 29)'],
])('in the %s theme', (_, tenant, colour) => {
  test.each([
    ['home', '/', 360],
    ['a post', '/posts/first', 1_440],
    ['a page', '/pages/first', 360],
    ['a search', '/search?q=words', 1_440],
  ])('%s complains of nothing, and is clean to axe', async (_, path, widthPx) => {
    const { page, complaints } = await visit(tenant, path, widthPx);

    expect(await background(page)).toBe(colour);
    expect(await page.title()).not.toBe('');
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
