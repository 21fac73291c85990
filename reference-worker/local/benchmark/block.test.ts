import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BenchmarkBlock,
  describeErrors,
  errorCount,
  errorTotalsOf,
  parseBlock,
  percentileMs,
  successesPerSecond,
} from './block.ts';

const NO_ERRORS = { connect: 0, read: 0, write: 0, status: 0, timeout: 0 };
const block = (latencyUs: [number, number][], more: Partial<BenchmarkBlock> = {}): BenchmarkBlock => ({
  requests: 1_000,
  durationUs: 2e6,
  errors: NO_ERRORS,
  latencyUs,
  ...more,
});

describe('what wrk printed', () => {
  const text = `Running 2s test @ http://127.0.0.1:1/
  1000 requests in 2.00s, 1.00MB read
  Non-2xx or 3xx responses: 3
`;

  test('is read from its one line of JSON', () => {
    const json =
      '{"requests":1000,"durationUs":2000000,' +
      '"errors":{"connect":1,"read":2,"write":3,"status":4,"timeout":5},"latencyUs":[[10,7],[20,1]]}';

    expect(parseBlock(`${text}\nblock ${json}\n`)).toEqual({
      requests: 1_000,
      durationUs: 2e6,
      errors: { connect: 1, read: 2, write: 3, status: 4, timeout: 5 },
      latencyUs: [
        [10, 7],
        [20, 1],
      ],
    });
  });

  test.each([
    ['without the line', text],
    ['with half a line', 'block {"requests":1000,'],
  ])('%s is a failure, with the text', (_, output) => {
    expect(() => parseBlock(output)).toThrow(
      expect.objectContaining({ code: 'part_failed', message: expect.stringContaining(output) }),
    );
  });

  test('with errors left out is a failure', () => {
    expect(() => parseBlock('block {"requests":1,"durationUs":1,"latencyUs":[]}')).toThrow('errors');
  });
});

describe('errors', () => {
  const failing = block([], { errors: { connect: 1, read: 2, write: 3, status: 400, timeout: 5 } });

  test('are no successes', () => {
    expect(successesPerSecond(block([]))).toBe(500);
    expect(successesPerSecond(failing)).toBe(300);
  });

  test('are counted, of every kind and in every block', () => {
    expect(errorTotalsOf([failing, failing])).toEqual({
      connect: 2,
      read: 4,
      write: 6,
      status: 800,
      timeout: 10,
    });
    expect(errorCount([failing, block([])])).toBe(411);
    expect(describeErrors([failing])).toBe(
      '1 connect errors, 2 read errors, 3 write errors, 400 status errors, 5 timeout errors',
    );
    expect(describeErrors([block([])])).toBe('no errors');
  });
});

describe('a percentile', () => {
  test('is that of all latencies together, not the mean of percentiles', () => {
    const quick = block([[1_000, 99]]);
    const slow = block([[101_000, 1]]);

    expect(percentileMs([quick, slow], 99)).toBe(1);
    expect(percentileMs([slow, quick], 99.1)).toBe(101);
    expect(percentileMs([slow, quick], 100)).toBe(101);
  });

  test('of nothing is no number', () => {
    expect(percentileMs([], 50)).toBeNaN();
    expect(percentileMs([block([])], 50)).toBeNaN();
  });

  test('is the latency at its rank', () => {
    const latencies = fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 50 });

    fc.assert(
      fc.property(latencies, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const blocks = values.map((us) => block([[us, 1]]));

        const rank = Math.ceil((percent / 100) * values.length);
        expect(percentileMs(blocks, percent)).toBe((values.toSorted((a, b) => a - b)[rank - 1] ?? 0) / 1000);
      }),
    );
  });
});
