import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { LoadTestError } from '../errors.ts';
import { parseSample, SampleAggregator, type Samples } from '../generator/index.ts';
import type { Scenario } from '../scenarios/index.ts';

/**
 * Folds the samples of one runner, in memory that does not grow with the file.
 *
 * @param file what `k6 run --out json=<file>` wrote; compressed when it ends in `.gz`
 * @throws LoadTestError `runner_file_missing`; `runner_file_broken` for one that ends in the middle or holds no sample
 */
export async function readRunnerFile(file: string, scenario: Scenario): Promise<Samples> {
  await access(file, constants.R_OK).catch(() => {
    throw new LoadTestError(
      'runner_file_missing',
      `${file} cannot be read. Copy every runner's file here first.`,
    );
  });
  const aggregator = new SampleAggregator(scenario);
  let samples = 0;
  const take = (line: string): void => {
    const sample = parseSample(line);
    if (!sample) return;
    samples += 1;
    aggregator.add(sample);
  };
  const fold = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    for await (const chunk of chunks) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(line);
    }
    // A last line without its end was cut off: it counts as unreadable.
    take(rest);
  };
  const source = createReadStream(file);
  try {
    await (file.endsWith('.gz') ? pipeline(source, createGunzip(), fold) : pipeline(source, fold));
  } catch (cause) {
    throw broken(file, cause instanceof Error ? cause.message : String(cause));
  }
  if (samples === 0) throw broken(file, 'it holds no sample');
  return aggregator.samples();
}

const broken = (file: string, reason: string): LoadTestError =>
  new LoadTestError(
    'runner_file_broken',
    `${file} is not the whole sample stream of a runner (${reason}). Copy it again; if it is broken there too, ` +
      'that runner died, and the run with it.',
  );
