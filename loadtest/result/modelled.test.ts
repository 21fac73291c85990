import { expect, test } from 'vitest';
import { Behaviour } from '../../reference-worker/local/behaviour/index.ts';
import { modelledParts } from './modelled.ts';

const instant = Behaviour.parse({ readReplication: 'auto' });
const ukEu = Behaviour.parse({ latency: 'uk-eu', readReplication: 'auto' });
const { d1, kv } = instant.latency;
const SELDOM = { min: 0, p50: 0, p95: 0, p99: 3 };

test('of instant nothing is modelled', () => {
  expect(modelledParts(instant, true)).toEqual([]);
});

test('of uk-eu everything is, KV only where it is bound', () => {
  const ofD1 = ['network to D1', 'D1 service time', 'replica lag'];

  expect(modelledParts(ukEu, false)).toEqual(ofD1);
  expect(modelledParts(ukEu, true)).toEqual([...ofD1, 'KV service time', 'KV cache', 'KV propagation']);
});

test('without read replication there is no replica to lag behind', () => {
  expect(modelledParts({ ...ukEu, readReplication: 'disabled' }, false)).toEqual([
    'network to D1',
    'D1 service time',
  ]);
});

test.each([
  ['network to D1', { d1: { ...d1, roundTripMs: { ...d1.roundTripMs, EDI: { EEUR: 1 } } } }],
  ['network to D1', { d1: { ...d1, forwardingMs: { EEUR: SELDOM } } }],
  ['D1 service time', { d1: { ...d1, readServiceMs: SELDOM } }],
  ['D1 service time', { d1: { ...d1, writeServiceMs: 1 } }],
  ['D1 service time', { d1: { ...d1, furtherStatementMs: 1 } }],
  ['replica lag', { d1: { ...d1, replicaLagMs: 1 } }],
  ['KV service time', { kv: { ...kv, cachedReadMs: 1 } }],
  ['KV service time', { kv: { ...kv, centralReadMs: 1 } }],
  ['KV service time', { kv: { ...kv, writeMs: 1 } }],
  ['KV cache', { kv: { ...kv, cache: { defaultTtlMs: 1, machinesPerPop: 1 } } }],
  ['KV propagation', { kv: { ...kv, propagationMs: 1 } }],
])('%s: any part of it that is not zero counts', (part, change) => {
  expect(modelledParts({ ...instant, latency: { ...instant.latency, ...change } }, true)).toEqual([part]);
});

test.each([
  [{ id: 'slow', kind: 'slow-shard', addMs: 5 } as const, ['delays by faults']],
  [{ id: 'lost', kind: 'connection-lost', when: 'before' } as const, []],
])('%j: a fault that delays is a modelled part, one that fails requests is not', (fault, parts) => {
  expect(modelledParts(Behaviour.parse({ faults: [fault] }), true)).toEqual(parts);
});
