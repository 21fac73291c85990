import {
  causalOrder,
  monotonicReads,
  monotonicWrites,
  readYourWrites,
  writesFollowReads,
} from '../checkers/index.ts';
import { byte, type Columns, columnsOf, int, Recorder, real } from '../columns/index.ts';
import { causesOf, traceOf } from '../trace/index.ts';
import { BenchmarkTask, CheckerMeasurement } from './benchmark-task.ts';
import { laggingHistory } from './lagging-history.ts';

/** The process of one measurement: nothing else has used its memory. */

const SESSION_GUARANTEES = [readYourWrites, monotonicReads, monotonicWrites, writesFollowReads, causalOrder];

function measure(task: BenchmarkTask): CheckerMeasurement {
  const recorder = new Recorder();
  const [, recordMs] = timed(() => {
    for (const operation of laggingHistory(task)) recorder.add(operation);
  });
  const history = recorder.finish();
  const [broken, checkMs] = timed(() => SESSION_GUARANTEES.filter((guarantee) => guarantee.check(history)));
  const columns = columnsOf(history);
  const [sum, passMs] = timed(() => barePass(columns));
  if (!Number.isFinite(sum)) throw new Error('the columns do not add up');
  const { alone, inSession } = causesOf(traceOf(history)).candidates;
  return CheckerMeasurement.parse({
    items: columns.itemCount,
    recordMs,
    checkMs,
    passMs,
    // In kilobytes.
    peakBytes: process.resourceUsage().maxRSS * 1_024,
    candidates: new Set([...alone, ...inSession]).size,
    broken: broken.map(({ id }) => id),
  });
}

/** In milliseconds of processor time, which other processes on the machine do not lengthen. */
function timed<Result>(work: () => Result): [Result, number] {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1_000];
}

/** Reads every column once. */
function barePass(columns: Columns): number {
  let sum = 0;
  for (let operation = 0; operation < columns.operationCount; operation += 1) {
    sum += int(columns.session, operation) + byte(columns.operationKind, operation);
    sum += real(columns.invoked, operation) + real(columns.completed, operation);
    const end = int(columns.firstItem, operation + 1);
    for (let item = int(columns.firstItem, operation); item < end; item += 1) {
      sum += int(columns.key, item) + int(columns.version, item) + int(columns.value, item);
      sum += byte(columns.itemKind, item);
    }
  }
  return sum;
}

process.send?.(measure(BenchmarkTask.parse(JSON.parse(process.argv[2] ?? ''))));
