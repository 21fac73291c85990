import { describe, expect, test } from 'vitest';
import { isMet, type PartResult } from './aim.ts';
import type { BenchmarkBlock } from './block.ts';
import { type Isolation, judgeIsolation } from './isolation.ts';
import { judgeReplicaMemory } from './replica-memory.ts';
import type { ReplicaMeasurement, Variant } from './replica-memory-task.ts';
import { type Blocks, judgeThroughput } from './throughput.ts';

const NO_ERRORS = { connect: 0, read: 0, write: 0, status: 0, timeout: 0 };
/** A second of requests, all of them as slow as that. */
const block = (
  requests: number,
  ms: number,
  errors: Partial<BenchmarkBlock['errors']> = {},
): BenchmarkBlock => ({
  requests,
  durationUs: 1e6,
  errors: { ...NO_ERRORS, ...errors },
  latencyUs: [[ms * 1000, requests]],
});
const missedOf = ({ aims }: PartResult): string[] =>
  aims.filter((aim) => !isMet(aim)).map(({ what }) => what);

describe('throughput', () => {
  const met: Blocks = { name: 'update', ours: [block(300, 10)], rival: [block(100, 10)] };

  test('is at least three times the rival’s, with no worse p99 and no error', () => {
    const { aims } = judgeThroughput([met]);

    expect(missedOf({ lines: [], aims })).toEqual([]);
    expect(aims).toHaveLength(3);
  });

  test.each<[string, Partial<Blocks>, string[]]>([
    ['a lower median', { ours: [block(299, 10), block(9_000, 1), block(299, 10)] }, ['update, median rate']],
    ['a faster rival', { rival: [block(101, 10)] }, ['update, median rate']],
    ['a worse p99', { ours: [block(300, 11)] }, ['update, p99']],
    [
      'a tail',
      { ours: [block(980, 1), block(1_000, 1), block(20, 11), block(1_000, 1), block(20, 11)] },
      ['update, p99'],
    ],
    ['errors', { ours: [block(301, 10, { status: 1 })] }, ['errors of our platform']],
    [
      'errors instead of successes',
      { ours: [block(300, 10, { status: 1 })] },
      ['update, median rate', 'errors of our platform'],
    ],
    ['a timeout', { ours: [block(300, 10, { timeout: 1 })] }, ['errors of our platform']],
    ['no rival', { rival: [] }, ['update, median rate', 'update, p99']],
  ])('is missed by %s', (_, changed, missed) => {
    expect(missedOf(judgeThroughput([{ ...met, ...changed }]))).toEqual(missed);
  });

  test('says the errors of either', () => {
    const { lines } = judgeThroughput([{ ...met, rival: [block(100, 10, { timeout: 7 })] }]);

    expect(lines).toEqual([
      expect.stringContaining('no errors'),
      expect.stringContaining('7 timeout errors'),
    ]);
  });
});

describe('replica memory', () => {
  const none: ReplicaMeasurement = {
    residentBytes: 100e6,
    reads: 1,
    writes: 0,
    grownBytes: 0,
    meanCommitsBehind: 0,
    maxCommitsBehind: 0,
  };
  const met: Record<Variant, ReplicaMeasurement> = {
    primary: none,
    'primary-and-writes': { ...none, grownBytes: 10e6 },
    replicas: { ...none, residentBytes: 200e6, grownBytes: 20e6, meanCommitsBehind: 2 },
  };
  const judge = (changed: Partial<Record<Variant, Partial<ReplicaMeasurement>>> = {}): PartResult =>
    judgeReplicaMemory(
      new Map(
        Object.entries(met).map(([variant, measurement]) => [
          variant as Variant,
          { ...measurement, ...changed[variant as Variant] },
        ]),
      ),
      100e6,
    );

  test('is at most 50 MB each and no copy, of replicas that lag', () => {
    expect(missedOf(judge())).toEqual([]);
    expect(judge().aims).toHaveLength(3);
  });

  test.each<[string, Partial<Record<Variant, Partial<ReplicaMeasurement>>>, RegExp]>([
    ['51 MB each', { replicas: { residentBytes: 202e6 } }, /^resident memory/],
    ['a smaller primary', { primary: { residentBytes: 98e6 } }, /^resident memory/],
    ['more disk', { replicas: { grownBytes: 20.2e6 } }, /^disk/],
    ['replicas that do not lag', { replicas: { meanCommitsBehind: 1.9 } }, /^how far/],
  ])('is missed by %s', (_, changed, what) => {
    expect(missedOf(judge(changed))).toEqual([expect.stringMatching(what)]);
  });

  test('is missed when nothing was measured', () => {
    expect(missedOf(judgeReplicaMemory(new Map(), 100e6))).toHaveLength(3);
  });
});

describe('isolation', () => {
  const met: Isolation = {
    blocks: { alone: [block(100, 1)], other: [block(100, 3)], same: [block(100, 30)] },
    slowMs: { other: [1000], same: [1000] },
  };

  test('leaves the other database at three times the latency, the same one much worse', () => {
    expect(missedOf(judgeIsolation(met))).toEqual([]);
    expect(judgeIsolation(met).aims).toHaveLength(4);
  });

  test.each<[string, Partial<Isolation>, RegExp]>([
    [
      'a slower other database',
      { blocks: { ...met.blocks, other: [block(100, 3.001)], same: [block(100, 40)] } },
      /other database$/,
    ],
    ['a quick same database', { blocks: { ...met.blocks, same: [block(100, 29)] } }, /same database$/],
    ['no slow query on the other', { slowMs: { other: [], same: [1] } }, /^slow queries/],
    ['no slow query on the same', { slowMs: { other: [1], same: [] } }, /^slow queries/],
    ['an error', { blocks: { ...met.blocks, alone: [block(100, 1, { read: 1 })] } }, /^errors/],
  ])('is missed by %s', (_, changed, what) => {
    expect(missedOf(judgeIsolation({ ...met, ...changed }))).toEqual([expect.stringMatching(what)]);
  });
});
