import { describe, expect, test } from 'vitest';
import { FaultPlan } from './plan.ts';

/** Every kind of fault, with what it cannot do without. */
const KINDS: [string, object][] = [
  ['replica-lag', { addMs: 1 }],
  ['replica-pause', {}],
  ['replica-switch', { to: 'EEUR' }],
  ['schema-behind', { addMs: 1 }],
  ['d1-error', { error: 'code-updated' }],
  ['connection-lost', { when: 'mid-reply' }],
  ['overloaded', { reason: 'queued-too-long' }],
  ['slow-shard', { addMs: 1 }],
  ['kv-stale-value', {}],
  ['kv-stale-absence', {}],
  ['kv-error', {}],
  ['kv-write-limit', {}],
  ['kv-slow', { addMs: 1 }],
  ['cache-eviction', {}],
  ['cold-isolate', {}],
  ['clock-skew', { skewMs: -1_000 }],
];

const slow = (fault: object) => [{ id: 'slow', kind: 'slow-shard', addMs: 5, ...fault }];
const kv = (fault: object) => [{ id: 'kv', kind: 'kv-error', ...fault }];

describe.each(KINDS)('%s', (kind, required) => {
  test('can be planned, from the start on and until the plan is replaced', () => {
    const [fault] = FaultPlan.parse([{ id: 'f', kind, ...required }]);

    expect(fault).toMatchObject({ id: 'f', kind, fromMs: 0, ...required });
    expect(fault).not.toHaveProperty('forMs');
  });

  test.each(Object.keys(required))('cannot do without %s', (name) => {
    const { error } = FaultPlan.safeParse([{ id: 'f', kind, ...required, [name]: undefined }]);

    expect(error?.issues.map(({ path }) => path)).toEqual([[0, name]]);
  });

  test('takes nothing that it does not know', () => {
    const { error } = FaultPlan.safeParse([{ id: 'f', kind, ...required, fromS: 1 }]);

    expect(error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['fromS'], path: [0] }]);
  });
});

test('hits everything that it can, unless told otherwise', () => {
  expect(FaultPlan.parse([{ id: 'f', kind: 'kv-error' }])).toEqual([
    { id: 'f', kind: 'kv-error', fromMs: 0, share: 1, status: 500 },
  ]);
});

test('an empty plan is one', () => {
  expect(FaultPlan.parse([])).toEqual([]);
});

test.each<[string, unknown, PropertyKey[]]>([
  ['an unknown kind', [{ id: 'f', kind: 'gremlin' }], [0, 'kind']],
  ['no id', slow({ id: undefined }), [0, 'id']],
  ['an empty id', slow({ id: '' }), [0, 'id']],
  ['an id that is taken', [...slow({}), ...slow({})], []],
  ['a share of nothing', slow({ share: 0 }), [0, 'share']],
  ['a share of more than everything', slow({ share: 1.01 }), [0, 'share']],
  ['no times', slow({ times: 0 }), [0, 'times']],
  ['half a time', slow({ times: 1.5 }), [0, 'times']],
  ['a start before the plan', slow({ fromMs: -1 }), [0, 'fromMs']],
  ['a period of nothing', slow({ forMs: 0 }), [0, 'forMs']],
  ['an unknown region', slow({ region: 'MOON' }), [0, 'region']],
  ['an unknown access', slow({ access: 'delete' }), [0, 'access']],
  ['a factor that speeds up', slow({ factor: 0.5 }), [0, 'factor']],
  ['an unknown PoP', kv({ pop: 'JFK' }), [0, 'pop']],
  ['a pattern that is none', kv({ keyPattern: '(' }), [0, 'keyPattern']],
  ['a status that is no error', kv({ status: 200 }), [0, 'status']],
  ['an unknown operation', kv({ operation: 'rename' }), [0, 'operation']],
])('%s is refused, and the message says where', (_, plan, path) => {
  const { error } = FaultPlan.safeParse(plan);

  expect(error?.issues.map((issue) => issue.path)).toEqual([path]);
});
