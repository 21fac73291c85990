import { expect, test } from 'vitest';
import { renderHtml } from './html.ts';
import { hostileResult } from './testing/hostile-result.ts';
import { generatorSignal, leakSignal, sampleResult, sampleTimeline } from './testing/sample-result.ts';

const PAGE_BYTES_MAX = 600_000;

test('the first screen says verdict, number, reason and command, in that order', async () => {
  const page = await renderHtml(sampleResult());

  const order = ['PASS</h1>', 'All signals hold', '4,000</dd>', '912</dd>', '--seed 42'].map((part) =>
    page.indexOf(part),
  );
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('text from the result is escaped everywhere, inside the charts too', async () => {
  const page = await renderHtml(hostileResult());

  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<img/i);
});

test('charts take every colour from the page, so that dark mode reaches them', async () => {
  const page = await renderHtml(sampleResult());
  const svgs = page.match(/<svg.*?<\/svg>/gs) ?? [];

  expect(svgs).toHaveLength(4);
  const tags = svgs.flatMap((svg) => svg.replaceAll(/<defs.*?<\/defs>/gs, '').match(/<[^>]+>/g) ?? []);
  const fixed = tags.filter(
    (tag) =>
      (/ fill="(?!none|var\()/.test(tag) && !tag.includes('fill-opacity="0"')) ||
      (/ stroke="(?!none|var\()/.test(tag) && !tag.includes('stroke-width="0"')),
  );
  expect(fixed).toEqual([]);
});

test('every picture has a label, and no two elements share an id', async () => {
  const page = await renderHtml(sampleResult());

  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(page.match(/role="img" aria-label="[^"]{40,}"/g)).toHaveLength(4);
});

test('the same result gives the same bytes', async () => {
  expect(await renderHtml(sampleResult())).toBe(await renderHtml(sampleResult()));
});

test('an hour of seconds stays within the page size', async () => {
  const page = await renderHtml(sampleResult({ timeline: sampleTimeline(3600, 4000) }));

  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(PAGE_BYTES_MAX);
});

test('a run that was stopped before anything happened still has a page', async () => {
  const page = await renderHtml(
    sampleResult({
      signals: [leakSignal(0), generatorSignal(50)],
      operations: [],
      timeline: [],
      processes: [],
    }),
  );

  expect(page).toContain('PASS');
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});
