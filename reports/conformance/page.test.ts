import { expect, test } from 'vitest';
import { renderHtml } from '../render/index.ts';
import { HOSTILE } from '../testing/hostile-result.ts';
import { conformanceReport } from './report.ts';
import { hostileConformance } from './testing/hostile-conformance.ts';
import { failedCheck, sampleCheck, sampleConformance, sampleWitness } from './testing/sample-conformance.ts';

const PAGE_BYTES_MAX = 600_000;
const TIMELINE = 'witnesses/isolation-swapped-id/1/timeline.svg';

test('the first screen says verdict, reason, how many checks hold and the command; then comes what failed', async () => {
  const page = await renderHtml(conformanceReport(sampleConformance(), { [TIMELINE]: '<svg/>' }));

  const order = [
    'FAIL</h1>',
    'class="reason"',
    '1 of 4</dd>',
    'npm run conformance -- --seed 7',
    '<nav',
    'However, alder read it.',
    '<img',
    '--only isolation/swapped-id',
    'Checks of isolation',
    'needs a Worker that uses KV',
  ].map((part) => page.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('a run in which all passed shows its promises, and neither failures nor skipped checks, and no check is shown twice', async () => {
  const page = await renderHtml(conformanceReport(sampleConformance({ checks: [sampleCheck()] }), {}));

  expect([...page.matchAll(/<h2[^>]*>([^<]+)</g)].map(([, title]) => title)).toEqual([
    'Promises',
    'Checks by area',
    'Setup',
  ]);
  expect(page.split('<code>isolation/swapped-id</code>')).toHaveLength(2);
});

test('a run that never began still has a page', async () => {
  const page = await renderHtml(
    conformanceReport(sampleConformance({ checks: [], preflightProblem: 'unreachable: nobody.' }), {}),
  );

  expect(page).toContain('0 of 0</dd>');
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});

test('text from the result is escaped everywhere, and a link stays below the run', async () => {
  const page = await renderHtml(conformanceReport(hostileConformance(HOSTILE), {}));
  const witness = sampleWitness({ files: ['javascript:alert(1)'] });
  const check = failedCheck({ broken: [{ kind: 'claim', text: 'it holds', witness }] });

  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<img/i);
  expect(await renderHtml(conformanceReport(sampleConformance({ checks: [check] }), {}))).toContain(
    'href="./javascript:alert(1)"',
  );
});

test('a page of many failures with large timelines and bodies keeps its size; what is left out is said', async () => {
  const checks = Array.from({ length: 85 }, (_, index) => {
    const [exchange] = sampleWitness().exchanges;
    const witness = sampleWitness({
      exchanges: exchange ? Array.from({ length: 40 }, () => ({ ...exchange, body: 'x'.repeat(5_000) })) : [],
      files: [`witnesses/${index}/timeline.svg`],
    });
    const broken = Array.from({ length: 60 }, () => ({ kind: 'claim' as const, text: 'it holds', witness }));
    return failedCheck({ id: `isolation/${index}`, broken });
  });
  const attachments = Object.fromEntries(
    checks.map((_, index) => [`witnesses/${index}/timeline.svg`, `<svg>${'x'.repeat(30_000)}</svg>`]),
  );

  const page = await renderHtml(conformanceReport(sampleConformance({ checks }), attachments));

  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(PAGE_BYTES_MAX);
  expect(page.match(/<img/g)?.length).toBeGreaterThan(5);
  expect(page).toContain('36 earlier requests are in result.json.');
  expect(page).toContain('39 more are in result.json.');
});
