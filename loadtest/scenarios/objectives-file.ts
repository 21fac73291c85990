import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  Objective,
  OPERATION_FAILURE_BUDGET,
  type OperationObjective,
  OperationObjective as OperationShape,
  P99_OF_P95,
} from '../../reference-worker/target/index.ts';
import { fromCaller, spelledAsCalled } from '../../reports/command/index.ts';
import { LoadTestError } from '../errors.ts';

/** Only the p95 must be given: files from before there was more to hold a run to stay valid. */
const whyIn = (file: string) => Objective.shape.why.default(`Set in ${file}.`);
const withP99 = <Given extends { p95Ms: number; p99Ms?: number | undefined }>(given: Given) => ({
  ...given,
  p99Ms: given.p99Ms ?? P99_OF_P95 * given.p95Ms,
});

const totalIn = (file: string) =>
  Objective.extend({ p99Ms: Objective.shape.p99Ms.optional(), why: whyIn(file) }).transform(withP99);

const operationIn = (file: string) =>
  OperationShape.extend({
    p99Ms: Objective.shape.p99Ms.optional(),
    failureBudget: OperationShape.shape.failureBudget.default(OPERATION_FAILURE_BUDGET),
    why: whyIn(file),
  }).transform((given): OperationObjective => withP99(given));

const objectivesFile = (file: string, operations: readonly string[]) =>
  z.strictObject({
    operations: z.partialRecord(z.enum(operations), operationIn(file)).optional(),
    total: totalIn(file).optional(),
    failureBudget: z.number().min(0).max(1).optional(),
    longestStallMs: z.number().positive().optional(),
    minimumSamples: z.int().positive().optional(),
  });

/** What is held against a run instead of the scenario's own objectives; what a file leaves out stays as it is. */
export type ObjectivesFile = z.infer<ReturnType<typeof objectivesFile>>;

/**
 * Reads a file such as `{"operations": {"open-client": {"p95Ms": 80, "p99Ms": 200, "failureBudget": 0.01, "why": "..."}}}`,
 * with `total`, `failureBudget`, `longestStallMs` and `minimumSamples` beside `operations`.
 *
 * @param operations of the journey
 * @throws LoadTestError `bad_objectives`: not there, not JSON, a key that means nothing, a value out of range
 */
export function readObjectivesFile(file: string, operations: readonly string[]): ObjectivesFile {
  const read = objectivesFile(file, operations).safeParse(parsedFile(file));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw badObjectives(file, issue ? explain(issue, operations) : 'not valid');
}

function parsedFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(fromCaller(file), 'utf8'));
  } catch (error) {
    throw badObjectives(file, String(error));
  }
}

function explain({ path, message, ...issue }: z.core.$ZodIssue, operations: readonly string[]): string {
  const isName = issue.code === 'unrecognized_keys' || issue.code === 'invalid_key';
  return [
    path.join('.'),
    message,
    ...(isName ? [`the names are ${namesAt(path, operations).join(', ')}`] : []),
  ]
    .filter((part) => part !== '')
    .join(': ');
}

/** The keys that may stand where a wrong one stood. */
function namesAt(
  [first, operation]: readonly PropertyKey[],
  operations: readonly string[],
): readonly string[] {
  if (first === 'total') return Object.keys(Objective.shape);
  if (first === 'operations' && operations.some((name) => name === operation))
    return Object.keys(OperationShape.shape);
  return first === 'operations' ? operations : Object.keys(objectivesFile('', []).shape);
}

const badObjectives = (file: string, problem: string): LoadTestError =>
  new LoadTestError(
    'bad_objectives',
    `${file}: ${problem}. See ${spelledAsCalled('shardproof capacity --help')}.`,
  );
