import { describe, expect, test } from 'vitest';
import { counterexamples } from './counterexamples.ts';
import { guaranteesDocument } from './document.ts';
import type { Counterexample, GuaranteeFinding } from './evidence.ts';
import { TABLED_GUARANTEES } from './guarantees.ts';
import { CONFIGURATIONS } from './modes.ts';
import { historyOf } from './notation.testing.ts';
import { type GuaranteeRow, guaranteeTable } from './table.ts';

const [readYourWrites, , , , linearizability] = TABLED_GUARANTEES;
const [plain, readThrough, guarded, unconstrained] = CONFIGURATIONS;

function violationOf(text: string, check = readYourWrites?.check): Counterexample {
  const operations = historyOf(text);
  const witness = check?.({ operations });
  if (!witness) throw new Error(`nothing is wrong with ${text}`);
  return { execution: { operations, elapsedMs: [0] }, witness };
}

const row = (configuration = plain, broken: Readonly<Record<string, Counterexample>> = {}): GuaranteeRow => {
  if (!configuration) throw new Error('no configuration');
  const findings = TABLED_GUARANTEES.map((guarantee): GuaranteeFinding => {
    const smallest = broken[guarantee.name];
    return { guarantee, violated: smallest ? 7 : 0, smallest };
  });
  return { configuration, findings };
};

const stale = 'A w x1\nA r x0';
const rows = [
  row(plain),
  row(readThrough, { 'read your writes': violationOf(stale) }),
  row(guarded, { 'read your writes': violationOf('A w x1\nB w x2\nA r x0') }),
  row(unconstrained, {
    'read your writes': violationOf(stale),
    linearizability: violationOf(stale, linearizability?.check),
  }),
];

describe('the table', () => {
  test('has a verdict for every guarantee, with a link to the history that breaks it', () => {
    const { numberOf } = counterexamples(rows);

    expect(guaranteeTable(rows, numberOf).split('\n')).toEqual([
      '| session | KV | read your writes | monotonic reads | monotonic writes | writes follow reads | linearizability |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      '| `no session` | no KV | holds | holds | holds | holds | holds |',
      '| `no session` | read-through KV | **broken** 7× [(1)](#history-1) | holds | holds | holds | holds |',
      '| `no session` | guarded KV | **broken** 7× [(2)](#history-2) | holds | holds | holds | holds |',
      '| `first-unconstrained` | no KV | **broken** 7× [(1)](#history-1) | holds | holds | holds | **broken** 7× [(1)](#history-1) |',
    ]);
  });
});

describe('the histories', () => {
  test('are told once each, with all that they break', () => {
    expect(counterexamples(rows).markdown).toBe(
      `### History 1

1. A writes x in LHR: version 1.
2. A reads x in LHR: no x (WEUR primary).

Breaks **read your writes**. Because A wrote x at version 1, what A reads later must show x at version 1 or newer; however, A saw no x. So with \`no session\` (read-through KV) and \`first-unconstrained\` (no KV).

Breaks **linearizability**. Because A wrote x at version 1, what is read afterwards must show x at version 1 or newer; however, A saw no x. So with \`first-unconstrained\` (no KV).

### History 2

1. A writes x in LHR: version 1.
2. B writes x in LHR: version 2.
3. A reads x in LHR: no x (WEUR primary).

Breaks **read your writes**. Because A wrote x at version 1, what A reads later must show x at version 1 or newer; however, A saw no x. So with \`no session\` (guarded KV).`,
    );
  });
});

test('a history that breaks two guarantees for the same reason breaks both', () => {
  const violation = violationOf(stale);
  const { markdown } = counterexamples([
    row(plain, { 'read your writes': violation, linearizability: violation }),
  ]);

  expect(markdown.match(/Breaks \*\*.*?\*\*/g)).toEqual([
    'Breaks **read your writes**',
    'Breaks **linearizability**',
  ]);
});

describe('the page', () => {
  const page = guaranteesDocument(rows, { seed: 42, histories: 17 });

  test('says how to make it again, and how much it rests on', () => {
    expect(page).toContain('`npm run internal -- guarantees` with seed 42');
    expect(page).toContain('the same 17 random programs');
  });

  test('explains every word of the table', () => {
    for (const { name } of TABLED_GUARANTEES) expect(page).toContain(`- **${name}**: `);
    for (const { session, cache } of CONFIGURATIONS) {
      expect(page).toContain(`- **${session.name}**: `);
      expect(page).toContain(`- **${cache.name}**: `);
    }
  });

  test('has a target for every link within it', () => {
    const links = [...page.matchAll(/\(#history-(\d+)\)/g)].map(([, number]) => number);

    expect(new Set(links).size).toBe(2);
    for (const number of links) expect(page).toContain(`### History ${number}\n`);
  });
});
