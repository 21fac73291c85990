import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeRun } from '../capacity/index.ts';
import { writeComparison } from '../comparison/index.ts';
import { sampleComparison } from '../comparison/testing/sample-comparison.ts';
import { writeConformanceRun } from '../conformance/index.ts';
import { sampleConformance } from '../conformance/testing/sample-conformance.ts';
import { HOSTILE } from '../testing/hostile-result.ts';
import { fixedColours } from '../testing/pictures.ts';
import { sampleLadder } from '../testing/sample-ladder.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { entryOf } from './entry.ts';
import { listOf, readHistory, renderTrend } from './index.ts';
import { sampleEntry, sampleHistory } from './testing/sample-history.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'shardproof-history-'));
});
afterEach(() => rm(root, { recursive: true }));

async function holding(runId: string, text: string): Promise<void> {
  const folder = join(root, 'reports/runs', runId);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'result.json'), text);
}

test('reads runs of every kind, the oldest first, and says of each other why it is not shown', async () => {
  await writeRun(sampleResult(), { root });
  await writeConformanceRun(sampleConformance(), {}, { root });
  await writeComparison(sampleComparison(), { root });
  await holding('old', JSON.stringify({ ...sampleResult(), schemaVersion: 1 }));
  await holding('torn', '{');
  await holding('other', '{"kind":"survey"}');
  await mkdir(join(root, 'reports/runs/empty'));
  await mkdir(join(root, 'reports/runs/.partial-1'));

  const { entries, notShown } = await readHistory(root);

  expect(entries.map(({ kind, headline }) => `${kind}: ${headline}`)).toEqual([
    'capacity: p95 13.9 ms, 912 requests/s',
    'conformance: 1 of 4 checks hold',
    'comparison: move to dedicated',
  ]);
  expect(notShown.map(({ runId, reason }) => [runId, reason])).toEqual([
    ['empty', expect.stringContaining('There is no')],
    ['old', expect.stringContaining('schema version 1; this version of shardproof reads')],
    ['other', expect.stringContaining('no known kind')],
    ['torn', expect.stringContaining('not JSON')],
  ]);
});

test('where nothing was stored yet, nothing is listed', async () => {
  const history = await readHistory(root);

  expect(history).toEqual({ entries: [], notShown: [] });
  expect(listOf(history, {}, { colour: false })).toBe('No run is stored yet; npm run capacity makes one.');
});

test('another size, behaviour, topology, scenario or machine is another series; another seed is not', () => {
  const { scenario, topology, behaviour, environment } = sampleResult();
  const seriesOf = (overrides: Parameters<typeof sampleResult>[0]): string => {
    const { subject, machine } = entryOf(sampleResult(overrides));
    return `${subject} ${machine}`;
  };
  const [account, ...others] = topology.accounts;
  const accounts = account ? [{ ...account, documentBytes: 2 * account.documentBytes }, ...others] : [];
  const asMeasured = seriesOf({});

  const differing = [
    { scenario: { ...scenario, name: 'step' } },
    { scenario: { ...scenario, virtualUsers: 400 } },
    { topology: { ...topology, accounts } },
    { topology: { ...topology, kvCache: true } },
    { behaviour: { ...behaviour, latencyProfile: { name: 'instant', description: '' } } },
    { behaviour: { ...behaviour, readReplication: 'disabled' as const } },
    { behaviour: { ...behaviour, faults: [] } },
    { environment: { ...environment, cpuCount: 16 } },
  ].map(seriesOf);

  expect(new Set([asMeasured, ...differing]).size).toBe(differing.length + 1);
  expect(seriesOf({ scenario: { ...scenario, seed: 43 } })).toBe(asMeasured);
});

test("a ladder is drawn at the largest load within its objectives, and a spoiled run isn't drawn", () => {
  const highest = sampleLadder().knee?.rungs.findLast(({ withinObjectives }) => withinObjectives);

  expect(entryOf(sampleLadder()).figures).toMatchObject({ p95Ms: highest?.p95Ms });
  expect(sampleEntry(0, 'VOID')).toMatchObject({ figures: undefined, headline: 'no figure' });
});

test('the list has the newest first, keeps to the filters, and cannot be steered by a stored string', () => {
  const { entries, notShown } = sampleHistory();
  const [first] = entries;
  const hostile = first ? [...entries, { ...first, subject: HOSTILE }] : [];

  const list = listOf({ entries: hostile, notShown }, {}, { colour: false });
  const last = listOf({ entries, notShown }, { kind: 'capacity', last: 2 }, { colour: false });

  expect(list).not.toContain('\u001b');
  expect(list).toContain('Not shown, 1: result.json has schema version 1.');
  expect(last.match(/requests\/s/g)).toHaveLength(2);
  expect(last.indexOf('4,321 requests/s')).toBeLessThan(last.indexOf('931 requests/s'));
  expect(last).not.toContain('conformance');
});

test('the page of trends draws each series for itself, and of a spoiled run only a mark', async () => {
  const page = await renderTrend(sampleHistory(), {});

  const charts = page.match(/role="img" aria-label="[^"]+"/g) ?? [];
  expect(charts).toHaveLength(2);
  expect(charts[0]).toContain('2026-11-21 14:00:00 UTC VOID;');
  expect(charts.join()).not.toContain('2026-11-22 16:00:00');
  expect(fixedColours(page)).toEqual([]);
  expect(page).not.toContain('77,777');
  expect(page.match(/4,321 requests\/s/g)).toHaveLength(1);
  expect(page).toContain('2026-11-20T090000Z-old');
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});

test('the page of trends of no runs at all says so', async () => {
  expect(await renderTrend({ entries: [], notShown: [] }, {})).toContain('0 runs</h1>');
});
