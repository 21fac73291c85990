import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Platform,
  readBehaviour,
  sourcedNumbers,
  startWorker,
} from '../../reference-worker/target/index.ts';
import { diffOf } from './diff.ts';
import { type CalibrationFindings, findingsOf, type SeenOfAccount } from './findings.ts';
import { probeAt } from './local-probe.testing.ts';
import { type NamedPlace, observe, placesAt } from './observe.ts';
import { overHttp, realTime } from './probe.ts';
import { BASE, profileOf } from './profile.ts';
import { type CalibrationPlan, mostOf, Spending, STANDARD_PLAN } from './spending.ts';

/** A small calibration in real time, of a platform that has everything: what becomes of it, not how exact it is. */
const SECRET = 'secret-of-a-probe';
const PLAN: CalibrationPlan = {
  ...{
    reads: 120,
    nothings: 20,
    serviceReads: 60,
    serviceWrites: 60,
    batches: 40,
    marks: 2,
    markMs: 500,
    marksMs: 5_000,
  },
  ...{ keys: 40, cachedReads: 40, centralReads: 40 },
};
const folder = mkdtempSync(join(tmpdir(), 'shardproof-profile-'));
const signal = new AbortController().signal;
const date = '2026-11-28';
let platform: Platform;
let seen: SeenOfAccount;
let findings: CalibrationFindings;
let places: NamedPlace[];
const spending = new Spending(mostOf(PLAN, 1));

beforeAll(async () => {
  platform = await startWorker({
    stateDir: join(folder, 'state'),
    ...probeAt(SECRET),
    behaviour: { latency: 'instant', readReplication: 'auto', foreignBookmarks: 'refuse' },
  });
  const timing = realTime(signal);
  places = await placesAt([platform.deployments[0]?.urls.MAN ?? ''], {
    send: overHttp(SECRET, signal),
    timing,
    spending,
    signal,
  });
  seen = await observe({ places, plan: PLAN, timing, firstMark: 1_000_000, onProgress: () => undefined }, 1);
  findings = findingsOf(seen);
  // Some thousand requests, on a machine that may have much else to do.
}, 180_000);
afterAll(async () => {
  await platform.stop();
  rmSync(folder, { recursive: true });
});

function written(name: string, of: CalibrationFindings = findings): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(profileOf({ findings: of, seen, places, date })));
  return file;
}
const NOTHING = { databases: [], namespaces: [] };

describe('the profile', () => {
  test('is one that --latency takes, with what D1 said of itself', () => {
    const { latency, readReplication, foreignBookmarks, isolatesPerPop } = readBehaviour(
      written('one.json'),
      NOTHING,
    );

    expect({ readReplication, foreignBookmarks, isolatesPerPop }).toEqual({
      ...{ readReplication: 'auto', foreignBookmarks: 'refuse', isolatesPerPop: 2 },
    });
    expect(latency.name).toBe('calibrated-2026-11-28');
    expect(latency.d1.primary).toEqual({ region: 'WEUR', colo: 'AMS' });
    // Nobody is sent to the other one under this profile.
    expect(latency.d1.replicas).toEqual([{ region: 'WEUR', colo: 'FRA' }]);
  });

  test('says of every number whether it was measured, and of what was not seen why', () => {
    const { latency } = readBehaviour(written('two.json'), NOTHING);

    const numbers = sourcedNumbers(latency);
    const basisOf = (path: string) => numbers.find((each) => each.path === path)?.source;
    expect(numbers.filter(({ source }) => source === undefined)).toEqual([]);
    for (const { path } of findings.measured.filter((each) => /^(d1|kv)\./.test(each.path)))
      expect([path, basisOf(path)?.basis, basisOf(path)?.measurement?.on]).toEqual([path, 'measured', date]);
    for (const { path } of findings.unsure.filter((each) => /^(d1|kv)\./.test(each.path)))
      expect([path, basisOf(path)?.basis]).toEqual([path, 'assumption']);
    expect(basisOf('d1.queueLimit')?.says).toMatch(
      /^Not seen on 2026-11-28, as .*\. D1 has two overload errors/,
    );
    expect(basisOf('d1.roundTripMs.LHR.WEUR')?.basis).toBe('assumption');
  });

  test('has what was measured, where it was measured', () => {
    const { latency } = readBehaviour(written('three.json'), NOTHING);
    const values = new Map(sourcedNumbers(latency).map(({ path, value }) => [path, value]));

    expect(findings.measured.length).toBeGreaterThan(3);
    for (const { path, value } of findings.measured.filter((each) => /^(d1|kv)\./.test(each.path)))
      expect([path, values.get(path)]).toEqual([path, expect.closeTo(value, 2)]);
  });
});

test('a place alone cannot see when other places see a write, and says so by name', () => {
  expect(findings.unseen).toContainEqual({
    path: 'kv.propagationMs',
    why: expect.stringContaining('second place'),
  });
  expect(
    [...findings.measured, ...findings.unsure].filter(({ path }) => path.startsWith('kv.propagationMs')),
  ).toEqual([]);
});

test('what is lost in its interval stays as it is assumed', () => {
  const restless = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 0 : 65));
  const { measured, unsure, unseen } = findingsOf({
    ...seen,
    service: { ...seen.service, writeMs: restless },
  });
  const { latency } = readBehaviour(written('four.json', { ...findings, measured, unsure, unseen }), NOTHING);

  expect([...measured, ...unsure].filter(({ path }) => path.startsWith('d1.writeServiceMs'))).toEqual([]);
  expect(latency.d1.writeServiceMs).toEqual(BASE.d1.writeServiceMs);
  expect(latency.sources['d1.writeServiceMs']?.says).toMatch(/^Not seen on .*wider than itself/);
});

test('nothing is asked beyond what was said before, and a question that would be is not sent', async () => {
  const few = new Spending({ ...mostOf(PLAN, 1), kvWrites: 1 });
  const put = { does: 'put', key: 'k', value: 'v' } as const;

  few.take(put);

  expect(() => few.take(put)).toThrow(
    /^calibration_budget: the calibration would take more kvWrites than the 1/,
  );
  expect(spending.spent.requests).toBeLessThan(mostOf(PLAN, 1).requests);
});

test('the standard calibration keeps within what a calibration may take', () => {
  const { rowsRead, rowsWritten, kvWrites } = mostOf(STANDARD_PLAN, 3);

  expect(rowsRead).toBeLessThan(200_000);
  expect(rowsWritten).toBeLessThan(20_000);
  expect(kvWrites).toBeLessThan(1_000);
});

describe('the difference of two profiles', () => {
  const PATH = 'd1.furtherStatementMs';
  const withNumber = (value: number, low: number, high: number): CalibrationFindings => ({
    ...findings,
    measured: [
      ...findings.measured.filter(({ path }) => path !== PATH),
      { path: PATH, value, low, high, samples: 50 },
    ],
    unsure: findings.unsure.filter(({ path }) => path !== PATH),
  });

  test('is what has moved beyond both intervals', () => {
    const before = written('before.json', withNumber(1, 0.9, 1.1));

    const changedBy = (value: number, low: number, high: number) =>
      diffOf([before, written('after.json', withNumber(value, low, high))]).filter(
        ({ isChanged }) => isChanged,
      );

    expect(changedBy(1.5, 1.4, 1.6).map(({ path }) => path)).toEqual([PATH]);
    expect(changedBy(1.15, 1.05, 1.25)).toEqual([]);
    expect(changedBy(1, 0.9, 1.1)).toEqual([]);
  });

  test('names a number that one of them has not measured', () => {
    const { measured } = findings;
    const without = { ...findings, measured: measured.filter(({ path }) => path !== PATH) };

    const changes = diffOf([written('with.json', withNumber(1, 0.9, 1.1)), written('without.json', without)]);

    expect(changes.find(({ path }) => path === PATH)).toMatchObject({
      before: { value: 1 },
      after: undefined,
      isChanged: false,
    });
  });

  test('is refused of a profile of which nothing was measured', () => {
    const file = join(folder, 'assumed.json');
    writeFileSync(file, '{"latency": "uk-eu"}');

    expect(() => diffOf([file, file])).toThrow(/^not_calibrated: nothing in .*assumed.json was measured/);
  });
});

describe('a target that is no probe', () => {
  const ask = (url: string, secret: string) =>
    placesAt([url], {
      send: overHttp(secret, signal),
      timing: realTime(signal),
      spending: new Spending(mostOf(PLAN, 1)),
      signal,
    });

  test('or has another secret, is refused by the first question', async () => {
    await expect(ask(places[0]?.probe.url ?? '', 'another')).rejects.toThrow(
      /^not_a_probe: .* does not take the secret/,
    );
  });

  test('that does not answer is named', async () => {
    await expect(ask('http://127.0.0.2:1', SECRET)).rejects.toThrow(
      /^probe_failed: http:\/\/127.0.0.2:1 did not answer/,
    );
  });

  test('at the same PoP twice is a mistake', async () => {
    const url = places[0]?.probe.url ?? '';
    const asked = placesAt([url, url], {
      send: overHttp(SECRET, signal),
      timing: realTime(signal),
      spending: new Spending(mostOf(PLAN, 3)),
      signal,
    });

    await expect(asked).rejects.toThrow(/^bad_option: --target: two places are in the PoP MAN/);
  });
});
