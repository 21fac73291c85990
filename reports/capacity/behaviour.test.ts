import { expect, test } from 'vitest';
import { renderConsole, renderHtml, renderMarkdown } from '../render/index.ts';
import type { RunResult } from '../schema/index.ts';
import { instantBehaviour, sampleBehaviour, unfiredFault } from '../testing/sample-behaviour.ts';
import { generatorSignal, leakSignal, sampleResult } from '../testing/sample-result.ts';
import { capacityReport } from './report.ts';
import { faultOutcome } from './setup.ts';

const renderers: [name: string, render: (result: RunResult) => Promise<string>][] = [
  ['console', async (result) => renderConsole(capacityReport(result), { colour: false, columns: 100 })],
  ['markdown', async (result) => renderMarkdown(capacityReport(result)).replaceAll('\\', '')],
  ['html', async (result) => (await renderHtml(capacityReport(result))).replaceAll('&#39;', "'")],
];

test.each([
  [null, 'not known whether it fired'],
  [0, 'never fired'],
  [1, 'fired once'],
  [1204, 'fired 1,204 times'],
])('a fault that fired %s times %s', (count, outcome) => {
  expect(faultOutcome({ ...unfiredFault, count })).toBe(outcome);
});

test.each(renderers)(
  '%s says what was modelled, by which profile, and what each fault did',
  async (_, render) => {
    const text = await render(
      sampleResult({ behaviour: { ...sampleBehaviour, faults: [...sampleBehaviour.faults, unfiredFault] } }),
    );

    expect(text).toContain('network to D1, D1 service time, replica lag');
    expect(text).toContain('uk-eu');
    expect(text).toMatch(/lost reads.*connection-lost.*fired 1,204 times/s);
    expect(text).toMatch(/far off.*overloaded.*never fired/s);
  },
);

test.each(renderers.slice(1))('%s says that nobody counted rows', async (_, render) => {
  expect(await render(sampleResult())).toMatch(/Rows read and written.*not counted in this run/s);
});

test.each(renderers)('%s says it of a VOID run too', async (_, render) => {
  const text = await render(sampleResult({ signals: [leakSignal(0), generatorSignal(97)] }));

  expect(text).toContain('network to D1, D1 service time, replica lag');
});

test.each(renderers)('%s says of slow motion how slow it was, and what that hides', async (_, render) => {
  const { scenario } = sampleResult();
  const text = (await render(sampleResult({ scenario: { ...scenario, slowMotion: 4 } }))).replaceAll(
    /\s+/g,
    ' ',
  );

  expect(text).toMatch(/in slow motion: the users and all that is modelled ran 4 times as slow/);
  expect(text).toMatch(/the Worker's computing included, counts for one in 4/);
  expect(await render(sampleResult())).not.toContain('slow motion');
});

test.each(renderers)('%s says that nothing was modelled, and mentions no fault', async (_, render) => {
  const text = await render(sampleResult({ behaviour: instantBehaviour }));

  expect(text).toContain('nothing, not even the network to Europe');
  expect(text).not.toMatch(/\bfaults?\b/i);
});

test.each(renderers)('%s says which of the two databases was measured', async (_, render) => {
  const on = await render(sampleResult({ behaviour: { ...sampleBehaviour, readReplication: 'auto' } }));
  const off = await render(sampleResult({ behaviour: { ...sampleBehaviour, readReplication: 'disabled' } }));

  expect(on).toContain('auto: the primary and replicas share the reads of sessions');
  expect(off).toContain('disabled, as a database is created: every query ran at the primary');
});

test('a run in which everything is modelled fits a terminal of 100 columns', () => {
  const modelled = [...sampleBehaviour.modelled, 'KV service time', 'KV cache', 'KV propagation'];

  const lines = renderConsole(capacityReport(sampleResult({ behaviour: { ...sampleBehaviour, modelled } })), {
    colour: false,
    columns: 100,
  });

  expect(Math.max(...lines.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
});
