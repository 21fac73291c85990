import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { fromCaller } from '../../reports/command/index.ts';
import type { ReadReplication } from '../../reports/schema/index.ts';
import { type Aims, Behaviour, misplacedFault } from './behaviour/index.ts';
import { PlatformError } from './errors.ts';
import type { FaultPlan } from './faults/index.ts';
import { latencyProfiles } from './latency/index.ts';

const NAMES = Object.keys(latencyProfiles);
const NEXT = `Correct the file, or give ${NAMES.join(', ')} instead.`;

/**
 * Reads what `--latency` was given.
 *
 * @param given the name of a latency profile that comes with the platform, or the path of a JSON file with a Behaviour
 * @param readReplication what `--read-replication` was given: it overrides what a file says
 * @throws PlatformError `bad_behaviour`, also for a fault that could never fire
 */
export function readBehaviour(given: string, aims: Aims, readReplication?: ReadReplication): Behaviour {
  const told = NAMES.includes(given) ? { latency: given } : readJson(given);
  const parsed = Behaviour.safeParse(withReadReplication(told, readReplication));
  if (!parsed.success) throw badBehaviour(given, whatIsWrong(parsed.error));
  const { faults } = parsed.data;
  const misplaced = idleFault(faults, aims) ?? misplacedFault(faults, parsed.data, aims);
  if (misplaced) throw badBehaviour(given, `faults: ${misplaced}`);
  return parsed.data;
}

/** What is no object stays as it is, for the complaint. */
const withReadReplication = (told: unknown, readReplication: ReadReplication | undefined): unknown =>
  readReplication === undefined || typeof told !== 'object' || told === null || Array.isArray(told)
    ? told
    : { ...told, readReplication };

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(fromCaller(file), 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw badBehaviour(file, `neither a latency profile nor a file that can be read (${reason})`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badBehaviour(file, `not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** A fault of KV where nothing binds KV. */
function idleFault(faults: FaultPlan, { namespaces }: Aims): string | undefined {
  const idle = namespaces.length === 0 && faults.find(({ kind }) => kind.startsWith('kv-'));
  return idle ? `${idle.id}: there is no KV to hit; add --kv.` : undefined;
}

/** On one line: a parser's complaint quotes the text that it met. */
const badBehaviour = (given: string, wrong: string): PlatformError =>
  new PlatformError(
    'bad_behaviour',
    `${given}: ${wrong.replaceAll(/\s+/g, ' ').replace(/\.$/, '')}. ${NEXT}`,
  );

function whatIsWrong({ issues: [issue] }: z.ZodError): string {
  if (!issue) return 'not a behaviour';
  const { path, message } = innermost(issue);
  return path.length === 0 ? message : `${path.join('.')}: ${message}`;
}

/** Of a value that may be one of several shapes: the complaint of the shape that it almost has. */
function innermost(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  const { path, message } = issue;
  const almost =
    issue.code === 'invalid_union'
      ? issue.errors.find((issues) => (issues[0]?.path.length ?? 0) > 0)
      : undefined;
  if (!almost?.[0]) return { path, message };
  const inner = innermost(almost[0]);
  return { ...inner, path: [...path, ...inner.path] };
}
