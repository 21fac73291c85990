import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { readLoad } from './load-folder.ts';
import { runSegment } from './run-segment.ts';
import { packResult } from './runner-result.ts';

/**
 * Stands in for `k6` in a container of k6-operator: `k6 run` is one part of a load and leaves its result in the container's log;
 * everything else, as `k6 archive`, goes to k6 itself. Bundled into one file (bundle-runner.ts).
 *
 * Environment:
 * - K6_BIN: k6 itself
 * - LOAD: the folder of the load
 * - SEGMENT: which part of how many, as in 2/8
 * - START_AT_MS: when the load begins, milliseconds since the epoch
 * - JWT_SECRET: what the target checks tokens with, where users sign their own
 */
const { K6_BIN = '', LOAD = '', SEGMENT = '', START_AT_MS = '', JWT_SECRET = '' } = process.env;

async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command !== 'run') return spawnSync(K6_BIN, [command ?? '', ...args], { stdio: 'inherit' }).status ?? 1;
  const load = readLoad(LOAD);
  const [number = 0, of = 0] = SEGMENT.split('/').map(Number);
  const stopped = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopped.abort(new Error(name)));
  const result = await runSegment({
    ...{ load, segment: { index: number - 1, of }, k6File: K6_BIN, jwtSecret: JWT_SECRET },
    startAtMs: Number(START_AT_MS),
    further: ofOperator(args),
    signal: stopped.signal,
  });
  for (const line of result.log) process.stderr.write(`${line}\n`);
  process.stdout.write(`\n${packResult(result)}`);
  return result.ending.code ?? 1; // a signal ended it
}

/** What the operator adds (pkg/resources/jobs/runner.go): it starts the load through the address, and finds its samples by the tags. */
function ofOperator(args: readonly string[]): string[] {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      address: { type: 'string' },
      paused: { type: 'boolean' },
      tag: { type: 'string', multiple: true },
    },
  });
  const { address, paused, tag = [] } = values;
  return [
    ...(typeof address === 'string' ? [`--address=${address}`] : []),
    ...(paused ? ['--paused'] : []),
    ...(Array.isArray(tag) ? tag.flatMap((each) => ['--tag', String(each)]) : []),
  ];
}

process.exitCode = await main(process.argv.slice(2));
