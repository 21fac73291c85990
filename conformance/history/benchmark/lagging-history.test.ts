import { expect, test } from 'vitest';
import { GUARANTEES, type GuaranteeViolation, type RecordedHistory, Recorder } from '../index.ts';
import { laggingHistory } from './lagging-history.ts';

const TASK = { operations: 20_000, sessions: 40, keys: 300, seed: 3 };

const broken = (history: RecordedHistory): (readonly [string, GuaranteeViolation])[] =>
  GUARANTEES.flatMap(({ id, check }) => {
    const violation = check(history);
    return violation ? [[id, violation] as const] : [];
  });

test('a store whose sessions carry bookmarks breaks nothing but linearizability', () => {
  const recorder = new Recorder();
  for (const operation of laggingHistory(TASK)) recorder.add(operation);

  expect(broken(recorder.finish()).map(([id]) => id)).toEqual(['linearizability']);
});

test('one stale page among twenty thousand operations is found', () => {
  const operations = [...laggingHistory(TASK)];
  const invocation = { pop: 'LHR', invoked: 10_000.5, completed: 10_000.5 };
  const write = { kind: 'write', outcome: 'ok', ...invocation, session: 'writer' } as const;
  const effect = (key: string) => ({ kind: 'put', key, value: key, version: 1 }) as const;
  const defects = [
    { ...write, effects: [effect('cause')] },
    { ...write, invoked: 10_001.5, completed: 10_001.5, effects: [effect('effect')] },
    {
      kind: 'read',
      ...invocation,
      session: 'reader',
      invoked: 10_002.5,
      completed: 10_002.5,
      seen: [
        { key: 'effect', version: 1, value: 'effect' },
        { key: 'cause', version: 0 },
      ],
    },
  ] as const;

  const found = broken({ operations: [...operations, ...defects] });

  expect(found.slice(0, 2).map(([id, violation]) => [id, violation.operations])).toEqual([
    ['monotonic-writes', defects],
    ['causal-order', defects],
  ]);
});
