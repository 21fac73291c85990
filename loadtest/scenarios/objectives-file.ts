import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { fromCaller } from '../../reports/command/index.ts';
import { LoadTestError } from '../errors.ts';
import { OPERATIONS } from '../k6/plan.ts';
import {
  Objective,
  OPERATION_FAILURE_BUDGET,
  type OperationObjective,
  OperationObjective as OperationShape,
  P99_OF_P95,
} from './objectives.ts';

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

const objectivesFile = (file: string) =>
  z.strictObject({
    operations: z.partialRecord(z.enum(OPERATIONS), operationIn(file)).optional(),
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
 * @throws LoadTestError `bad_objectives`: not there, not JSON, a key that means nothing, a value out of range
 */
export function readObjectivesFile(file: string): ObjectivesFile {
  const read = objectivesFile(file).safeParse(parsedFile(file));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw badObjectives(file, issue ? explain(issue) : 'not valid');
}

function parsedFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(fromCaller(file), 'utf8'));
  } catch (error) {
    throw badObjectives(file, String(error));
  }
}

function explain({ path, message, ...issue }: z.core.$ZodIssue): string {
  const isName = issue.code === 'unrecognized_keys' || issue.code === 'invalid_key';
  return [path.join('.'), message, ...(isName ? [`the names are ${namesAt(path).join(', ')}`] : [])]
    .filter((part) => part !== '')
    .join(': ');
}

/** The keys that may stand where a wrong one stood. */
function namesAt([first, operation]: readonly PropertyKey[]): readonly string[] {
  if (first === 'total') return Object.keys(Objective.shape);
  if (first === 'operations' && OPERATIONS.some((name) => name === operation))
    return Object.keys(OperationShape.shape);
  return first === 'operations' ? OPERATIONS : Object.keys(objectivesFile('').shape);
}

const badObjectives = (file: string, problem: string): LoadTestError =>
  new LoadTestError('bad_objectives', `${file}: ${problem}. See npm run capacity -- --help.`);
