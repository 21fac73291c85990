import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import {
  badOption,
  exitCodeOf,
  fromCaller,
  type Invocation,
  readOptions,
  startProgress,
} from '../../reports/command/index.ts';
import { findK6 } from '../k6-binary/index.ts';
import { START_WAIT_MAX_SECONDS } from '../k6-options.ts';
import { readLoad } from './load-folder.ts';
import { runSegment } from './run-segment.ts';
import { packResult } from './runner-result.ts';

const RUNNERS_MAX = 64;
/** As `2/8`: the second of eight. */
const SegmentFlag = z
  .string()
  .regex(/^\d+\/\d+$/, 'must say which part of how many, as in 2/8')
  .transform((text) => {
    const [number = 0, of = 0] = text.split('/').map(Number);
    return { index: number - 1, of };
  })
  .refine(({ index, of }) => of >= 1 && of <= RUNNERS_MAX && index >= 0 && index < of, {
    error: `must be one of at most ${RUNNERS_MAX} parts, as in 2/8`,
  });

const startAtFlag = z.iso
  .datetime({ offset: true, error: 'must be a time with its zone, as in 2026-12-01T09:00:00Z' })
  .transform((text) => Date.parse(text));

const Flags = z.strictObject({
  load: z.string().min(1),
  segment: SegmentFlag,
  startAt: startAtFlag.optional(),
  out: z.string().min(1).optional(),
});

/** `shardproof load:runner`: one machine's part of a load. */
export async function runPart({ given, signal }: Invocation): Promise<number> {
  const { load: folder, segment, startAt, out } = readOptions(Flags, given);
  const load = readLoad(fromCaller(folder));
  assertAhead(startAt);
  const jwtSecret = process.env.JWT_SECRET ?? '';
  const k6 = await findK6(signal);
  const part = `part ${segment.index + 1} of ${segment.of}`;
  const progress = startProgress(`load: ${part}`);
  const onProgress = (line: string): void => progress.update(`load: ${part}: ${line}`);
  const result = await runSegment({
    ...{ load, segment, k6File: k6.file, jwtSecret, startAtMs: startAt, onProgress, signal },
  }).finally(() => progress.done(`load: ${part}`));
  signal.throwIfAborted();
  for (const line of result.log) process.stderr.write(`k6: ${line}\n`);
  if (out === undefined) process.stdout.write(packResult(result));
  else writeFileSync(fromCaller(out), packResult(result));
  return result.ending.code === 0 ? exitCodeOf.PASS : exitCodeOf.VOID;
}

/** @throws CommandError `bad_option` for a start that is past, when the others have begun, or further off than k6 waits */
function assertAhead(startAtMs: number | undefined): void {
  if (startAtMs === undefined) return;
  const aheadSeconds = (startAtMs - Date.now()) / 1000;
  if (aheadSeconds <= 0)
    throw badOption(
      'start-at',
      'that is past, and the other parts have begun; start all of them again, with a later one',
    );
  if (aheadSeconds > START_WAIT_MAX_SECONDS)
    throw badOption(
      'start-at',
      `that is more than ${START_WAIT_MAX_SECONDS} s away; start this part nearer to it`,
    );
}
