import { expect, test } from 'vitest';
import {
  counted,
  formatBytes,
  formatCount,
  formatInstant,
  formatMs,
  formatPercent,
  formatQuantity,
  formatUsd,
} from './format.ts';

test('figures keep three digits or more, and never round a small value to nothing', () => {
  expect([0, 4000, 912.16, 9.876, 1234.5, 7.72e-6].map(formatCount)).toEqual([
    '0',
    '4,000',
    '912',
    '9.88',
    '1,235',
    '0.00000772',
  ]);
  expect([0, 3.1, 13, 99.95, 1234.5].map(formatMs)).toEqual([
    '0.00 ms',
    '3.10 ms',
    '13.0 ms',
    '100 ms',
    '1,235 ms',
  ]);
  expect(formatPercent(86.84)).toBe('86.8 %');
});

test('an observation just past its bound does not read as equal to it', () => {
  expect([formatQuantity(20.004, 'ms'), formatQuantity(20, 'ms')]).toEqual(['20.004 ms', '20 ms']);
  expect([formatQuantity(null, 'ms'), formatQuantity(0.6, '')]).toEqual(['not measured', '0.6']);
});

test('bytes read in decimal units, in a signal with enough digits to tell a breach from its bound', () => {
  expect([0, 999, 1000, 256e6, 5.368e9].map((bytes) => formatBytes(bytes))).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '256 MB',
    '5.37 GB',
  ]);
  expect([1_500_900_000, 1_500_000_000].map((bytes) => formatQuantity(bytes, 'bytes'))).toEqual([
    '1.501 GB',
    '1.5 GB',
  ]);
});

test('instants read in UTC', () => {
  expect(formatInstant('2026-11-21T13:03:00.250+01:00')).toBe('2026-11-21 12:03:00 UTC');
});

test('prices read to the cent, and what costs something never reads as free', () => {
  expect([0, 0.0021, 5, 1234.567].map(formatUsd)).toEqual(['US$0.00', '< US$0.01', 'US$5.00', 'US$1,234.57']);
});

test('one is told in the singular', () => {
  expect([0, 1, 2, 4000].map((count) => counted(count, 'claim'))).toEqual([
    '0 claims',
    '1 claim',
    '2 claims',
    '4,000 claims',
  ]);
  expect([1, 2].map((count) => counted(count, 'process', 'processes'))).toEqual(['1 process', '2 processes']);
});
