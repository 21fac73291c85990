import { describe, expect, test } from 'vitest';
import type { Medium, Report } from '../document/index.ts';
import { figureColumns, statement, wordColumns } from '../document/index.ts';
import { renderConsole, renderHtml, renderMarkdown } from './index.ts';

const exchange = (index: number) => ({ command: `curl request-${index}`, response: `-> alder got ${index}` });

/** A block of every kind, and of each what is for one medium only. */
const report: Report = {
  name: 'sample run',
  runId: 'run-1',
  startedAt: '2026-11-21T12:03:00.000Z',
  verdict: { outcome: 'FAIL', reason: 'It broke.', decidedBy: 'that-signal' },
  opening: [
    { kind: 'figures', label: 'Load', figures: [['4,000', 'virtual users']] },
    ...statement('Asked', ['told everywhere']),
    ...statement('Page', ['told on the page'], ['page']),
    ...statement('Summary', ['told in the summary'], ['summary']),
    ...statement('Terminal', ['told in the terminal'], ['terminal']),
  ],
  sections: [
    {
      id: 'first',
      title: 'First section',
      blocks: [
        { kind: 'facts', facts: [['Seed', '42']] },
        {
          kind: 'table',
          in: ['page', 'summary', 'terminal'],
          caption: 'Rows',
          columns: [...wordColumns('Name'), ['Detail', 'left', { in: ['page'] }], ...figureColumns('Count')],
          rows: [[{ text: 'one', id: 'id-of-one' }, 'in detail', { text: 'far too many', tone: 'bad' }]],
        },
      ],
    },
    {
      id: 'second',
      title: 'Second section',
      folded: true,
      blocks: [
        {
          kind: 'evidence',
          in: ['page', 'summary', 'terminal'],
          ...{
            outcome: 'FAIL',
            id: 'area/check',
            title: 'It holds.',
            about: 'critical',
            reason: 'It does not.',
          },
          sentences: ['Because of this.'],
          exchanges: [1, 2, 3, 4, 5, 6].map(exchange),
          files: [{ path: 'witnesses/1/timeline.svg' }],
          others: ['it holds there too'],
          reproduce: 'npm run sample -- --only area/check',
        },
      ],
    },
    { id: 'empty', title: 'Empty section', blocks: [] },
  ],
  reproduce: 'npm run sample',
  origin: 'schema version 1',
};

const renderers: [Medium, () => Promise<string>][] = [
  ['page', () => renderHtml(report)],
  ['summary', async () => renderMarkdown(report)],
  ['terminal', async () => renderConsole(report, { colour: false, columns: 100 })],
];
const OF: Readonly<Record<Medium, string>> = {
  page: 'told on the page',
  summary: 'told in the summary',
  terminal: 'told in the terminal',
};

describe.each(renderers)('the %s', (medium, render) => {
  test('says what is for it and what is for all, and nothing that is for another', async () => {
    const text = await render();

    for (const part of [
      'FAIL',
      'It broke.',
      'that-signal',
      '4,000',
      'virtual users',
      'told everywhere',
      'far too many',
    ])
      expect(text).toContain(part);
    expect(Object.values(OF).filter((part) => text.includes(part))).toEqual([OF[medium]]);
    expect(text.includes('in detail')).toBe(medium === 'page');
    expect(text.includes('First section')).toBe(medium !== 'terminal');
    expect(text).not.toContain('Empty section');
  });

  test('shows a failure with its witness and the command that repeats it', async () => {
    const text = await render();

    for (const part of [
      'area/check',
      'It does not.',
      'Because of this.',
      'curl request-6',
      '--only area/check',
    ])
      expect(text).toContain(part);
    expect(text.includes('curl request-2')).toBe(medium !== 'page');
    expect(text.includes('2 earlier requests are in result.json')).toBe(medium === 'page');
  });
});

test('a page begins with the verdict, and the terminal ends with it', async () => {
  const inOrder = (text: string) =>
    ['It broke.', 'far too many', 'area/check'].toSorted((a, b) => text.indexOf(a) - text.indexOf(b));

  expect(inOrder(await renderHtml(report))).toEqual(['It broke.', 'far too many', 'area/check']);
  expect(inOrder(renderConsole(report, { colour: false, columns: 100 }))).toEqual([
    'area/check',
    'far too many',
    'It broke.',
  ]);
});

test('a summary unfolds what is behind the answers, and what is bad is loud', () => {
  const summary = renderMarkdown(report);

  expect(summary).toMatch(
    /<details><summary>Second section<\/summary>\n\n[\s\S]*area\/check[\s\S]*\n\n<\/details>/,
  );
  expect(summary.match(/<details>/g)).toHaveLength(1);
  expect(summary).toContain('| one<br><code>id-of-one</code> | **far too many** |');
});
