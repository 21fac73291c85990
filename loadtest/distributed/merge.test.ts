import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { COMMAND } from '../../reports/command/command.testing.ts';
import { latencyOf } from '../../reports/index.ts';
import { mergeSamples, parseSample } from '../generator/index.ts';
import { scenarios } from '../testing/scenarios.ts';
import { simulatedLines } from '../testing/simulated-run.ts';
import { healthy } from '../testing/simulated-targets.ts';
import { readRunnerFile } from './runner-file.ts';
import { demandWholeRun, type RunnerFile } from './whole-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'runner-files-'));
const scenario = scenarios.smoke;
const START_MS = Date.parse('2026-11-22T10:00:00Z');

const point = (metric: string, second: number, value: number, tags: object, metadata = {}): string =>
  JSON.stringify({
    metric,
    type: 'Point',
    data: { time: new Date(START_MS + second * 1000).toISOString(), value, tags, metadata },
  });
const tags = {
  op: 'open-client',
  account: 'acme',
  placement: 'shared',
  pop: 'LHR',
  phase: 'hold',
  failed: 'false',
};
/** How a runner begins: what it says of itself before its load. */
const stamp = (segment: string, more: object = {}): string =>
  point('tally', -1, 0, {
    ...{ of: 'runner', plan: 'one', scenario: 'smoke', users: '50', seconds: '17', segment },
    ...more,
  });
/** What one of two runners saw: 25 users, and answers of its own speed. */
const runner = (answerMs: number, segment = '0:1/2'): string =>
  [
    stamp(segment),
    ...[5, 6, 7, 8].flatMap((second) => [
      point('start_lateness', second, 1, { phase: 'hold' }),
      point('vus', second, 25, {}),
      point('answer_time', second + 0.1, answerMs * second, tags),
      point('tally', second + 0.1, 2, { of: 'documents_checked' }),
    ]),
  ].join('\n');

const fileOf = (name: string, content: string | Buffer): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
let fast: string;
let slow: string;

beforeAll(() => {
  fast = fileOf('runner-1.json', `${runner(10)}\n`);
  slow = fileOf('runner-2.json.gz', gzipSync(`${runner(100, '1/2:1')}\n`));
});

describe('files of runners', () => {
  test('compressed or not, come to what one generator would have seen', async () => {
    const parts = await Promise.all([fast, slow].map((file) => readRunnerFile(file, scenario)));

    const { total, generators, peakVirtualUsers, timeline } = mergeSamples(scenario, parts);

    expect({ generators, peakVirtualUsers, requests: total.requests }).toEqual({
      generators: 2,
      peakVirtualUsers: 50,
      requests: 8,
    });
    expect(latencyOf(total.histogram).p50Ms).toBeCloseTo(80, 0);
    expect(timeline.map(({ requests }) => requests)).toEqual([2, 2, 2, 2]);
  });

  test('a line cut off at the end is counted as unreadable', async () => {
    const file = fileOf('cut.json', runner(10).slice(0, -20));

    expect((await readRunnerFile(file, scenario)).unreadableSamples).toBe(1);
  });

  test.each([
    ['runner_file_missing', () => join(folder, 'none.json')],
    ['runner_file_broken', () => fileOf('cut.json.gz', gzipSync(runner(10)).subarray(0, -40))],
    ['runner_file_broken', () => fileOf('empty.json', '')],
    ['runner_file_broken', () => fileOf('other.json', '{"an": "other file"}\n')],
  ])('%s', async (code, file) => {
    await expect(readRunnerFile(file(), scenario)).rejects.toMatchObject({ code });
  });
});

describe('a whole run', () => {
  const part = (segment: string, more: object = {}, file = segment): RunnerFile => {
    const sample = parseSample(stamp(segment, more));
    if (sample?.kind !== 'runner') throw new Error('a stamp that is none');
    return { file, samples: { runners: [sample] } };
  };
  const quarters = ['0:1/4', '1/4:1/2', '1/2:3/4', '3/4:1'];
  const [first, second, third, fourth] = quarters.map((segment) => part(segment)) as [
    RunnerFile,
    RunnerFile,
    RunnerFile,
    RunnerFile,
  ]; // one for each quarter

  test('is every part of it once, in any order', () => {
    expect(() => demandWholeRun([third, first, fourth, second], scenario)).not.toThrow();
    expect(() => demandWholeRun([part('0:1')], scenario)).not.toThrow();
  });

  test.each<[string, readonly RunnerFile[], RegExp]>([
    ['one of two', [part('0:1/2')], /^runner_part_missing: .* from 50 % to 100 %/],
    ['one of four missing', [first, second, fourth], /^runner_part_missing: .* from 50 % to 75 %/],
    ['the same file twice', [part('0:1'), part('0:1')], /^runner_file_twice/],
    [
      'the same part twice',
      [first, second, part('1/4:1/2', {}, 'copy'), third, fourth],
      /^runner_file_twice: .*copy/,
    ],
    ['two plans', [part('0:1/2'), part('1/2:1', { plan: 'other' })], /^runner_runs_mixed/],
    [
      'two runs of k6-operator',
      [part('0:1/2', { testrun_name: 'a' }), part('1/2:1', { testrun_name: 'b' })],
      /^runner_runs_mixed/,
    ],
    [
      'more users than asked for',
      [part('0:1', { users: '60' })],
      /^runner_plan_differs: .* 60 users .* 50 users/,
    ],
    ['another length', [part('0:1', { seconds: '30' })], /^runner_plan_differs: .*--hold/],
    ['no word of its part', [{ ...first, samples: { runners: [] } }], /^runner_unknown: .* 0 times/],
    [
      'two runs in one file',
      [
        {
          ...first,
          samples: { ...first.samples, runners: [...first.samples.runners, ...first.samples.runners] },
        },
      ],
      /^runner_unknown: .* 2 times/,
    ],
  ])('%s is none', (_, files, message) => {
    expect(() => demandWholeRun(files, scenario)).toThrow(message);
  });

  test('of which one started an hour later is none', () => {
    const [late] = part('1/2:1').samples.runners;
    const hourLater = late && { ...late, atMs: late.atMs + 3_600_000 };
    const files = [part('0:1/2'), { file: 'late', samples: { runners: hourLater ? [hourLater] : [] } }];

    expect(() => demandWholeRun(files, scenario)).toThrow(/^runner_runs_mixed: late and 0:1\/2/);
  });
});

describe('the command', () => {
  const merge = async (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    await promisify(execFile)(COMMAND[0], [COMMAND[1], 'load:merge', ...args]).then(
      (output) => ({ code: 0, ...output }),
      (failed: { code: number; stdout: string; stderr: string }) => failed,
    );
  /** Half of the users, for as long as the whole scenario takes. */
  const half = (segment: string, seed: number): string[] => [
    stamp(segment),
    ...simulatedLines({ ...scenario, virtualUsers: 25 }, healthy, {}, seed),
  ];
  const one = fileOf('half-1.json', `${half('0:1/2', 1).join('\n')}\n`);
  const lines = half('1/2:1', 2);

  test('takes the two halves of a run', async () => {
    const other = fileOf('half-2.json', `${lines.join('\n')}\n`);

    expect(await merge('--scenario', 'smoke', one, other)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /^2 runners, 50 virtual users at once[\s\S]*The load is the one of the plan\.\n$/,
      ),
    });
  });

  test('is void when a third of one is not there', async () => {
    const cut = fileOf('half-cut.json', `${lines.slice(0, lines.length * (2 / 3)).join('\n')}\n`);

    expect(await merge('--scenario', 'smoke', one, cut)).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/VOID by \S+: /),
    });
  });

  test('prints what the run came to, and fails on a leak', async () => {
    const leak = fileOf(
      'leak.json',
      `${runner(10)}\n${point('tally', 6, 1, { of: 'isolation_violations' })}\n`,
    );

    const { code, stdout } = await merge('--scenario', 'smoke', leak, slow);

    expect(stdout).toContain('2 runners, 50 virtual users at once');
    expect(stdout).toMatch(/all +8 +0 +80\.\d+ +800/);
    expect(stdout).toContain('1 isolation violations');
    expect(code).toBe(1);
  });
});

describe('the manifest', () => {
  /** Paths of all keys, without list positions, as in `spec.runner.env.name`. Two spaces a level, as the file is written. */
  function keysOf(yaml: string): string[] {
    const path: string[] = [];
    return yaml.split('\n').flatMap((line) => {
      const [, indent = '', dash = '', key] = /^( *)(- )?([\w.-]+):(?: |$)/.exec(line) ?? [];
      if (key === undefined) return [];
      const depth = (indent.length + dash.length) / 2;
      path.length = Math.min(path.length, depth);
      path[depth] = key;
      return path.filter(Boolean).join('.');
    });
  }
  const yaml = readFileSync(join(import.meta.dirname, 'test-run.yaml'), 'utf8');
  const keys = keysOf(yaml);

  test('uses only fields that the operator has (config/crd/bases/k6.io_testruns.yaml)', () => {
    const known = {
      spec: [
        'arguments',
        'cleanup',
        'initializer',
        'parallelism',
        'paused',
        'quiet',
        'runner',
        'script',
        'separate',
      ],
      'spec.runner': [
        'env',
        'envFrom',
        'image',
        'nodeSelector',
        'resources',
        'tolerations',
        'volumeMounts',
        'volumes',
      ],
      'spec.script': ['configMap', 'localFile', 'volumeClaim'],
      'spec.script.configMap': ['file', 'name'],
    };
    for (const [parent, children] of Object.entries(known)) {
      const used = keys
        .filter((key) => key.startsWith(`${parent}.`))
        .map((key) => key.slice(parent.length + 1));
      const direct = used.filter((key) => !key.includes('.'));
      expect(direct.length, parent).toBeGreaterThan(0);
      expect(
        direct.filter((key) => !children.includes(key)),
        parent,
      ).toEqual([]);
    }
    expect(yaml).toMatch(/^apiVersion: k6\.io\/v1alpha1\nkind: TestRun$/m);
  });

  test('hands over what the script needs, and tags that the operator would take away', () => {
    expect(yaml).toMatch(/arguments: .*--tag account=\S+ --tag placement=\S+/);
    for (const name of ['PLAN_FILE', 'JWT_SECRET', 'K6_OUT']) expect(yaml).toContain(`- name: ${name}`);
    expect(yaml).toContain('json=/results/$(POD_NAME).json.gz');
  });
});
