import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { latencyOf } from '../../reports/index.ts';
import { mergeSamples } from '../generator/index.ts';
import { scenarios } from '../scenarios/index.ts';
import { readRunnerFile } from './runner-file.ts';

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
/** What one of two runners saw: 25 users, and answers of its own speed. */
const runner = (answerMs: number): string =>
  [5, 6, 7, 8]
    .flatMap((second) => [
      point('start_lateness', second, 1, { phase: 'hold' }),
      point('vus', second, 25, {}),
      point('answer_time', second + 0.1, answerMs * second, tags, { documents: '2' }),
    ])
    .join('\n');

const fileOf = (name: string, content: string | Buffer): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
let fast: string;
let slow: string;

beforeAll(() => {
  fast = fileOf('runner-1.json', `${runner(10)}\n`);
  slow = fileOf('runner-2.json.gz', gzipSync(`${runner(100)}\n`));
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

describe('the command', () => {
  const merge = async (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    await promisify(execFile)(process.execPath, [
      ...['--import', 'tsx', join(import.meta.dirname, 'merge.ts')],
      ...args,
    ]).then(
      (output) => ({ code: 0, ...output }),
      (failed: { code: number; stdout: string; stderr: string }) => failed,
    );

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
