import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderConsole } from '../render/index.ts';
import { hostileResult } from '../testing/hostile-result.ts';
import { instantBehaviour } from '../testing/sample-behaviour.ts';
import { sampleLadder, sampleOpen } from '../testing/sample-ladder.ts';
import { sampleOperations } from '../testing/sample-load.ts';
import { leakSignal, sampleResult } from '../testing/sample-result.ts';
import { capacityReport } from './report.ts';

const ESCAPE = '\u001b';

test('says verdict, load, operations, verification, generator, report and command', () => {
  const lines = renderConsole(capacityReport(sampleResult()), { colour: false, columns: 100 }).split('\n');

  expect(lines).toEqual(
    expect.arrayContaining([
      '✓ PASS',
      expect.stringMatching(
        /^Load +4,000 virtual users, held 60 s; 912 requests\/s; 13\.9 ms p95 of all requests; 0 failed$/,
      ),
      expect.stringMatching(/^ +of 54,730$/),
      expect.stringMatching(/^Measured +54,730 requests in the phases that count, 86\.8 % reads$/),
      expect.stringMatching(/^search clients +9,600 +6\.80 ms +15\.8 ms +≤ 20 ms +25\.2 ms +≤ 80 ms {2}met$/),
      expect.stringMatching(/^Connecting, not part of these times: p95 0\.\d+ ms, .* of 54,730 connections$/),
      expect.stringMatching(/^all +54,730 /),
      expect.stringMatching(
        /^Headroom +shard-1 holds 5\.31 GB of 10 GB, full in 14\.6 months if it grows as it has$/,
      ),
      expect.stringMatching(/^ +in 2\.17 months if 4,012 people at work write as in this run$/),
      expect.stringMatching(
        /^ +a month of 4,012 people at work at list price: US\$121\.01 shared, US\$121\.11 dedicated$/,
      ),
      expect.stringMatching(/at most 1 in 129,405 documents/),
      expect.stringMatching(/^Generator +k6: 48\.2 % of a core, peak 61\.7 %; 813 MB peak memory$/),
      expect.stringMatching(/^Report +reports\/runs\/2026-11-21T120300Z-smoke\/report\.html$/),
      expect.stringMatching(/--seed 42$/),
    ]),
  );
});

test('a ladder says the largest load with its bracket, what gives way first, and what the database allows', () => {
  const text = renderConsole(capacityReport(sampleLadder()), { colour: false, columns: 100 });

  expect(text).toMatch(/^Sustains +4,593 virtual users \(bracket 4,387 to 4,742\) who think 4 s; /m);
  expect(text).toMatch(/1,065 requests\/s \(bracket\s+1,017 to 1,099\)/m);
  expect(text).toMatch(/^Limit +first to give way: the p95 of edit-client/m);
  // A ladder misses objectives by design: each rung is judged, not each operation of all rungs.
  expect(text).toMatch(/^Virtual users +Objectives +Requests\/s/m);
  expect(text).not.toMatch(/^Operation/m);
  expect(text).toMatch(/^ +shard-1 can serve 1,121 requests\/s \(1 \/ mean service time\)$/m);
  expect(text).toMatch(/^ +94.9 % of that is sustained: the two agree within a quarter$/m);
});

test('an open run says what was offered, and shows the naive figure beside the true one', () => {
  const text = renderConsole(capacityReport(sampleOpen()), { colour: false, columns: 100 });

  expect(text).toMatch(/^Load +912 requests\/s, held 60 s; 925 requests\/s offered, as by 4,000 users; /m);
  expect(text).toMatch(/^all, from sending +54,730 /m);
  expect(text).toContain('coordinated omission');
});

test('several generators are one line: together, and the busiest', () => {
  const k6 = sampleResult().processes.filter(({ role }) => role === 'generator');
  const two = k6.flatMap((one) => [one, { ...one, name: 'k6 2', peakCpuPercent: 80 }]);

  const text = renderConsole(capacityReport(sampleResult({ processes: two })), {
    colour: false,
    columns: 100,
  });

  expect(text).toMatch(/^Generator +2 together: 96\.4 % of a core, peak of one 80 %; 1\.63 GB peak memory$/m);
});

test('names the deciding signal and its reason', () => {
  const text = renderConsole(capacityReport(sampleResult({ signals: [leakSignal(3)] })), {
    colour: false,
    columns: 100,
  });

  expect(text).toContain(
    '✗ FAIL  decided by isolation-violations\nDocuments of another account: 3 documents',
  );
});

test('what was asked, what it was held to and how much was modelled stand beside the verdict', () => {
  const lines = renderConsole(capacityReport(sampleResult({ behaviour: instantBehaviour })), {
    colour: false,
    columns: 100,
  }).split('\n');

  const verdict = lines.indexOf('✓ PASS');
  expect(
    lines
      .slice(verdict + 1)
      .filter((line) => !/^(?:Load|Measured| {3})/.test(line))
      .slice(0, 4),
  ).toEqual([
    expect.stringMatching(/^All signals hold/),
    expect.stringMatching(
      /^Modelled +nothing, not even the network to Europe; every latency is this machine's own$/,
    ),
    expect.stringMatching(
      /^Asked +steady, closed model, 4,000 users, 60 s that count, an account of 5 GB, shared$/,
    ),
    expect.stringMatching(
      /^Held to +p95 ≤ 20 to 40 ms and p99 ≤ 80 to 160 ms by operation, 0\.1 % failed, no stall over 2 s$/,
    ),
  ]);
});

test('marks a missed objective in words', () => {
  const operations = sampleOperations().map((operation) => ({ ...operation, objectiveP95Ms: 7 }));

  const text = renderConsole(capacityReport(sampleResult({ operations })), { colour: false, columns: 100 });

  expect(text).toMatch(/^search clients .* missed$/m);
  expect(text).toMatch(/^open client .* met$/m);
});

test.each([
  [10, 'missed'],
  // The p99 of 9,600 requests is known to a twentieth or so.
  [25, 'not certain'],
  [26, 'met'],
])('a p99 of 25.2 ms with an objective of %d ms is %s', (objectiveP99Ms, state) => {
  const operations = sampleOperations().map((operation) => ({ ...operation, objectiveP99Ms }));

  const text = renderConsole(capacityReport(sampleResult({ operations })), { colour: false, columns: 100 });

  expect(text).toMatch(new RegExp(`^search clients .* ${state}$`, 'm'));
});

test('a run from before there were more objectives shows those that it has', () => {
  const { objectives: _, sizeBytes: __, ...scenario } = sampleResult().scenario;
  const operations = sampleOperations().map(({ objectiveP99Ms: ___, ...operation }) => operation);
  const { connecting: ____, ...older } = sampleResult({ scenario, operations });

  const text = renderConsole(capacityReport(older), { colour: false, columns: 100 });

  expect(text).toMatch(/^search clients .* ≤ 20 ms +25\.2 ms +met$/m);
  expect(text).not.toMatch(/^Held to|^Connecting/m);
});

test.each([
  ['steady', sampleResult()],
  ['ladder', sampleLadder()],
  ['open', sampleOpen()],
])('%s fits a terminal of 100 columns and 40 lines', (_, result) => {
  const lines = renderConsole(capacityReport(result), { colour: false, columns: 100 }).split('\n');

  expect(lines.length).toBeLessThanOrEqual(40);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
});

test('colour adds escape sequences and changes no word', () => {
  const plain = renderConsole(capacityReport(sampleResult()), { colour: false, columns: 100 });
  const coloured = renderConsole(capacityReport(sampleResult()), { colour: true, columns: 100 });

  expect(plain).not.toContain(ESCAPE);
  expect(coloured).toContain(ESCAPE);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});

test('text from the result cannot steer the terminal', () => {
  const hostile = renderConsole(capacityReport(hostileResult()), { colour: false, columns: 100 });

  expect(hostile).not.toContain(ESCAPE);
  // Its line breaks are spaces here: no line begins as its second one does.
  expect(hostile).not.toMatch(/^# /m);
  expect(hostile).toContain(' # ');
});
