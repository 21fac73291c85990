import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderConsole, renderHtml, renderMarkdown } from '../render/index.ts';
import { ComparisonResult } from '../schema/index.ts';
import { HOSTILE, hostileOf } from '../testing/hostile-result.ts';
import { fixedColours } from '../testing/pictures.ts';
import { sampleBehaviour } from '../testing/sample-behaviour.ts';
import { generatorSignal, leakSignal } from '../testing/sample-result.ts';
import { comparisonReport } from './report.ts';
import { writeComparison } from './store.ts';
import { sampleComparison } from './testing/sample-comparison.ts';

const PAGE_BYTES_MAX = 600_000;

const renderers = [
  ['html', (result: ComparisonResult) => renderHtml(comparisonReport(result))],
  ['markdown', async (result: ComparisonResult) => renderMarkdown(comparisonReport(result))],
  [
    'console',
    async (result: ComparisonResult) =>
      renderConsole(comparisonReport(result), { colour: false, columns: 100 }),
  ],
] as const;

const inOrder = (text: string, parts: readonly string[]): void => {
  const places = parts.map((part) => text.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
};

test('the first screen says the decision, by how much and how certainly, why, the cost and the command', async () => {
  const page = await renderHtml(comparisonReport(sampleComparison()));

  inOrder(page, [
    'Move to dedicated</h1>',
    'a D1 of its own spares it that',
    'PASS</strong>',
    '95 % interval 1.90 to 3.06',
    '× 2.41</dd>',
    'busy 93 % of the time',
    'npm run compare --',
    '<nav',
    'What decided',
    'Placements side by side',
    'Isolation and freshness',
  ]);
  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(PAGE_BYTES_MAX);
});

test.each(renderers)('what many such tenants cost by either design is told: %s', async (_, render) => {
  const ofMany = [{ tenants: 1_000, shards: 50, accounts: 2, sharedUsd: 812.4, deploymentsUsd: 817.4 }];

  expect(await render(sampleComparison({ ofMany }))).toMatch(
    /1,000 tenants like this one pay .*812.* on 50 shards, and .*817.* in 2 Cloudflare accounts/s,
  );
});

test.each(renderers)('no difference is a ~ with its interval, never a ratio: %s', async (_, render) => {
  const text = await render(sampleComparison());

  expect(text).toMatch(/~.*(0\.950|0\\.950)|0\.950.*~/s);
  expect(text).not.toContain('1.02');
});

test.each(renderers)(
  'what is not told apart is never a ~, and neither is what nobody had to show: %s',
  async (_, render) => {
    const wide = { ratio: 3.23, interval95: { low: 0.335, high: 31.2 } };
    const { comparisons } = sampleComparison();
    const open = comparisons.map((each) => ({ ...each, ...wide, verdict: 'not told apart' as const }));
    const assumed = comparisons.map((each) => ({ ...each, ...wide, verdict: 'no difference' as const }));

    const pages = [
      await render(sampleComparison({ comparisons: open, noisyNeighbours: [] })),
      await render(sampleComparison({ comparisons: assumed, noisyNeighbours: [], bounds: undefined })),
    ];

    for (const page of pages) expect(page.replaceAll('~ is no difference', '')).not.toContain('~');
  },
);

test.each(renderers)('which databases were measured is said: %s', async (_, render) => {
  const { latencyProfile } = sampleBehaviour;
  const off = await render(
    sampleComparison({ behaviour: { ...latencyProfile, readReplication: 'disabled' } }),
  );

  expect(await render(sampleComparison())).toContain('auto: the primary and replicas share');
  expect(off).toContain('every query ran at the primary');
});

test.each(renderers)('a spoiled comparison shows no figure and no decision: %s', async (_, render) => {
  const text = await render(sampleComparison({ signals: [leakSignal(0), generatorSignal(97)] }));

  expect(text).toContain('VOID');
  expect(text).toContain('No figure and no decision is shown');
  expect(text).not.toMatch(/2\.41|dedicated\*\*|Move to/);
  expect(text).not.toContain('requests/s');
});

test.each(renderers)(
  'two stored runs, of which no placement follows, have a report too: %s',
  async (_, render) => {
    const { treatments } = sampleComparison();
    const bare = treatments.map((treatment) => ({
      ...treatment,
      bill: null,
      storage: null,
      neighbour: null,
      serviceParts: [],
    }));

    const text = await render(
      sampleComparison({ treatments: bare, decision: null, noisyNeighbours: [], explanation: [], basis: [] }),
    );

    expect(text).toContain('PASS');
    expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
  },
);

test.each(renderers)('a leak in any block of any treatment is told: %s', async (_, render) => {
  const [first, ...others] = sampleComparison().treatments;
  const [block, ...rest] = first?.blocks ?? [];
  if (!first || !block) throw new Error('the sample has a block.');
  const leaking = { ...block, verification: { ...block.verification, isolationViolations: 7 } };

  const text = await render(
    sampleComparison({ treatments: [...others, { ...first, blocks: [...rest, leaking] }] }),
  );

  expect(text).toContain('7 isolation violations');
});

test('a comparison that leaked leads with the leak and decides nothing', async () => {
  const page = await renderHtml(
    comparisonReport(
      sampleComparison({ signals: [leakSignal(2)], decision: null, comparisons: [], noisyNeighbours: [] }),
    ),
  );

  inOrder(page, ['FAIL</h1>', 'Documents of another account: 2', '<nav']);
  expect(page).not.toMatch(/What decided|<dl class="numbers"><\/dl>/);
});

test('every picture has a label, takes its colours from the page, and no two elements share an id', async () => {
  const page = await renderHtml(comparisonReport(sampleComparison()));

  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(page.match(/role="img" aria-label="[^"]{40,}"/g)).toHaveLength(6);
  expect(fixedColours(page)).toEqual([]);
});

test('text from the result is escaped in every form', async () => {
  const hostile = hostileOf(sampleComparison(), ComparisonResult);

  expect(await renderHtml(comparisonReport(hostile))).not.toMatch(/<script|<img/i);
  expect(renderMarkdown(comparisonReport(hostile))).not.toMatch(/^# /m);
  expect(renderConsole(comparisonReport(hostile), { colour: false, columns: 100 })).not.toContain('\u001b');
  expect(JSON.stringify(hostile)).toContain(JSON.stringify(HOSTILE).slice(1, -1));
});

test('is stored with its page and summary, and only when it follows the schema', async () => {
  const root = await mkdtemp(join(tmpdir(), 'shardproof-comparison-'));
  const result = sampleComparison();

  const folder = await writeComparison(result, { root });

  expect((await readdir(folder)).toSorted()).toEqual(['report.html', 'result.json', 'summary.md']);
  const stored = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'));
  expect(ComparisonResult.parse(stored)).toEqual(result);
  await expect(writeComparison({ ...result, treatments: [] }, { root })).rejects.toThrow(/treatments/);
  await rm(root, { recursive: true });
});
