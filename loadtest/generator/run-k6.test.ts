import { expect, test } from 'vitest';
import { outputOfOne } from './run-k6.ts';

test.each([
  ['json=samples.json', 'json=samples-2.json'],
  ['json=/tmp/a.b/samples.json.gz', 'json=/tmp/a.b/samples-2.json.gz'],
  ['json=samples', 'json=samples-2'],
  ['csv=out/samples.csv', 'csv=out/samples-2.csv'],
  ['csv=saveInterval=2s,fileName=samples.csv', 'csv=saveInterval=2s,fileName=samples-2.csv'],
  ['csv=fileName=samples.csv,saveInterval=2s', 'csv=fileName=samples-2.csv,saveInterval=2s'],
  // Takes from several at once.
  ['experimental-prometheus-rw', 'experimental-prometheus-rw'],
  ['influxdb=http://localhost:8086/json=x', 'influxdb=http://localhost:8086/json=x'],
])('the second of several processes gives %s as %s', (output, own) => {
  expect(outputOfOne(output, 2)).toBe(own);
});
