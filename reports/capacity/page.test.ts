import { expect, test } from 'vitest';
import { renderHtml } from '../render/index.ts';
import { hostileResult } from '../testing/hostile-result.ts';
import { chartCount, fixedColours } from '../testing/pictures.ts';
import { instantBehaviour } from '../testing/sample-behaviour.ts';
import { sampleLadder } from '../testing/sample-ladder.ts';
import { nothingMeasured, sampleTimeline } from '../testing/sample-load.ts';
import { generatorSignal, leakSignal, sampleResult } from '../testing/sample-result.ts';
import { capacityReport } from './report.ts';

const PAGE_BYTES_MAX = 600_000;

test('the first screen says verdict, number, reason and command, in that order', async () => {
  const page = await renderHtml(capacityReport(sampleResult()));

  const order = ['PASS</h1>', 'All signals hold', '4,000</dd>', '912</dd>', '--seed 42'].map((part) =>
    page.indexOf(part),
  );
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('the first screen says what was asked, what it was held to and that nothing was modelled', async () => {
  const page = await renderHtml(capacityReport(sampleResult({ behaviour: instantBehaviour })));

  const order = [
    'All signals hold',
    'nothing, not even the network to Europe',
    '4,000</dd>',
    'an account of 5 GB',
    'no stall over 2 s',
    '<nav',
  ].map((part) => page.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('the first screen of a ladder leads with the largest load, its bracket and what gives way first', async () => {
  const page = await renderHtml(capacityReport(sampleLadder()));

  const order = [
    'PASS</h1>',
    'bracket 4,387 to 4,742',
    '4,593</dd>',
    'p95 at 4,000 users',
    'first to give way',
    '<nav',
  ].map((part) => page.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('every section of the page is there when there is something to say, and only then', async () => {
  const bare = { headroom: null, serviceParts: [], databases: [], series: [] };

  const titles = (page: string) => [...page.matchAll(/<h[23][^>]*>([^<]+)</g)].map(([, title]) => title);

  const optional = [
    'Largest load it sustains',
    'Universal scalability law',
    'By PoP',
    'Where the time goes',
    'Databases',
    'Headroom and cost',
  ];
  expect(titles(await renderHtml(capacityReport(sampleLadder())))).toEqual(expect.arrayContaining(optional));
  expect(
    titles(await renderHtml(capacityReport(sampleResult(bare)))).filter((title) =>
      optional.includes(title ?? ''),
    ),
  ).toEqual([]);
});

test('text from the result is escaped everywhere, inside the charts too', async () => {
  const page = await renderHtml(capacityReport(hostileResult()));

  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).not.toMatch(/<script|<img/i);
});

test('charts take every colour from the page, so that dark mode reaches them', async () => {
  const page = await renderHtml(capacityReport(sampleLadder()));

  expect(chartCount(page)).toBe(8);
  expect(fixedColours(page)).toEqual([]);
});

test('every picture has a label, and no two elements share an id', async () => {
  const page = await renderHtml(capacityReport(sampleLadder()));

  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(page.match(/role="img" aria-label="[^"]{40,}"/g)).toHaveLength(8);
});

test('the same result gives the same bytes', async () => {
  expect(await renderHtml(capacityReport(sampleResult()))).toBe(
    await renderHtml(capacityReport(sampleResult())),
  );
});

test('the seconds of a two-hour soak stay within the page size', async () => {
  const page = await renderHtml(capacityReport(sampleLadder({ timeline: sampleTimeline(7200, 4000) })));

  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(PAGE_BYTES_MAX);
});

test('a run that was stopped before anything happened still has a page', async () => {
  const page = await renderHtml(
    capacityReport(
      sampleResult({
        signals: [leakSignal(0), generatorSignal(50)],
        ...nothingMeasured,
        processes: [],
      }),
    ),
  );

  expect(page).toContain('PASS');
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});
