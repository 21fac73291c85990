import { RunResult } from '../schema.ts';
import { sampleResult } from './sample-result.ts';

/** Breaks out of markup, of a Markdown table and of a terminal line, wherever it is printed unescaped. */
export const HOSTILE = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>|\u001b[2J\n# \`*_`;

/** Keys whose values the schema fixes; every other string of the result becomes hostile. */
const FIXED = new Set(
  'kind outcome comparison onBreach role model startedAt finishedAt histogram runId'.split(' '),
);

/** A result that the schema accepts and that holds a hostile string wherever it can. */
export function hostileResult(): RunResult {
  const { profile, topology } = sampleResult();
  const result = sampleResult({
    profile: { ...profile, popShares: { [HOSTILE]: 1 } },
    topology: { ...topology, shardFileBytes: { [HOSTILE]: 1 } },
  });
  const hostile = JSON.stringify(result, (key, value: unknown) =>
    typeof value === 'string' && !FIXED.has(key) ? HOSTILE : value,
  );
  return RunResult.parse(JSON.parse(hostile));
}
