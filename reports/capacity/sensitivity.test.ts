import { expect, test } from 'vitest';
import { sampleKnee } from '../testing/sample-ladder.ts';
import { sensitivityStatement, sensitivityTable } from './sensitivity.ts';

const outcome = (holds: boolean, p95Ms: number, requestsPerSecond: number) => ({
  ...{ holds, p95Ms, requestsPerSecond },
  missed: holds ? [] : ['the error budget'],
});
const sensitivity = {
  asItIs: outcome(true, 36, 500),
  rows: [
    {
      ...{ path: 'd1.queueLimit', title: 'Requests that may wait', value: '100', basis: 'assumption' },
      half: outcome(false, 30, 300),
      twice: outcome(true, 40, 620),
    },
  ],
  notVaried: ['d1.lagHoldMs'],
};

test('each number stands with what becomes of the objectives at half and twice its value', () => {
  expect(sensitivityTable(sensitivity, null).rows).toEqual([
    ['All as they are', '', '', 'p95 36.0 ms, holds', 'p95 36.0 ms, holds'],
    [
      'Requests that may wait (d1.queueLimit)',
      'assumption',
      '100',
      'p95 30.0 ms, missed: the error budget',
      'p95 40.0 ms, holds',
    ],
  ]);
  expect(sensitivityStatement(sensitivity)).toMatch(/not in that model: d1\.lagHoldMs\.$/);
});

test('every number of the profile is measured, documented or assumed, and the report says which', () => {
  const bases = [
    {
      basis: 'measured',
      parts: [
        { path: 'd1.readServiceMs', count: 4, of: 4 },
        { path: 'd1.roundTripMs', count: 8, of: 24 },
      ],
    },
    { basis: 'assumption', parts: [{ path: 'd1.roundTripMs', count: 16, of: 24 }] },
  ];

  expect(sensitivityStatement({ ...sensitivity, bases })).toMatch(
    / Of the 28 numbers of the profile: 12 measured \(d1\.readServiceMs, d1\.roundTripMs \(8 of 24\)\); 16 assumed \(d1\.roundTripMs \(16 of 24\)\)\.$/,
  );
});

test('and of a ladder with its knee', () => {
  expect(sensitivityTable(sensitivity, sampleKnee).rows[1]?.slice(3)).toEqual([
    '300 requests/s, too little',
    '620 requests/s, holds',
  ]);
});
