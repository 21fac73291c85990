import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { LoadTestError } from '../errors.ts';
import { OPERATIONS } from '../k6/plan.ts';
import { Objective } from './objectives.ts';

const objectiveIn = (file: string) =>
  Objective.extend({ why: Objective.shape.why.default(`Set in ${file}.`) });

const objectivesFile = (file: string) =>
  z.strictObject({
    operations: z.partialRecord(z.enum(OPERATIONS), objectiveIn(file)).optional(),
    total: objectiveIn(file).optional(),
    failureBudget: z.number().min(0).max(1).optional(),
    minimumSamples: z.int().positive().optional(),
  });

/** What is held against a run instead of the scenario's own objectives; what a file leaves out stays as it is. */
export type ObjectivesFile = z.infer<ReturnType<typeof objectivesFile>>;

/**
 * Reads a file such as `{"operations": {"open-client": {"p95Ms": 80, "why": "..."}}, "failureBudget": 0.01}`.
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
    return JSON.parse(readFileSync(file, 'utf8'));
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
  if (first === 'total' || (first === 'operations' && OPERATIONS.some((name) => name === operation)))
    return Object.keys(Objective.shape);
  return first === 'operations' ? OPERATIONS : Object.keys(objectivesFile('').shape);
}

const badObjectives = (file: string, problem: string): LoadTestError =>
  new LoadTestError('bad_objectives', `${file}: ${problem}. See npm run capacity -- --help.`);
