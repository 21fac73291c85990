import type { z } from 'zod';
import { RunResult } from '../schema/index.ts';
import { sampleLadder } from './sample-ladder.ts';

/** Breaks out of markup, of a Markdown table and of a terminal line, wherever it is printed unescaped. */
export const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>|\u001b[2J\n# \`*_`;

/** Strings that are decoded or made into a path before anyone prints them. */
const DECODED = new Set(['histogram', 'runId']);

/** A capacity result with every section that there is, and a hostile string wherever the schema accepts one. */
export function hostileResult(): RunResult {
  const { scenario, topology, total } = sampleLadder();
  const everything = sampleLadder({
    scenario: { ...scenario, popShares: { [HOSTILE]: 1 } },
    topology: { ...topology, shardFileBytes: { [HOSTILE]: 1 } },
    totalFromSending: total,
  });
  return hostileOf(everything, RunResult);
}

/** A copy with a hostile string wherever the schema accepts one. */
export function hostileOf<Result extends object>(
  result: Result,
  schema: z.ZodType<Result> & { readonly shape: Readonly<Record<string, z.ZodType>> },
): Result {
  const sections: Record<string, unknown> = Object.fromEntries(Object.entries(structuredClone(result)));
  for (const [key, part] of Object.entries(schema.shape)) {
    const section = { [key]: sections[key] };
    poison(section, () => part.safeParse(section[key]).success);
    Object.assign(sections, section);
  }
  return schema.parse(sections);
}

/** Each string keeps its old text at the end, so that what was different stays different. */
function poison(node: object, isAccepted: () => boolean): void {
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === 'object' && value !== null) poison(value, isAccepted);
    if (typeof value !== 'string' || DECODED.has(key)) continue;
    Object.assign(node, { [key]: HOSTILE + value });
    if (!isAccepted()) Object.assign(node, { [key]: value });
  }
}
