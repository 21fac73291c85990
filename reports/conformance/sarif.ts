import { createHash } from 'node:crypto';
import { exitCodeOf } from '../command/index.ts';
import type { BrokenStatement, CheckResult, ConformanceResult } from '../schema/index.ts';
import { witnessLines } from './witness-lines.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** GitHub's scale: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium. */
const SECURITY_SEVERITY = { critical: '9.5', high: '8.0', medium: '5.5' } as const;
const LEVEL = { critical: 'error', high: 'error', medium: 'warning' } as const;

/**
 * results.sarif (SARIF 2.1.0, OASIS): a rule for each check, a result for each claim that does not hold. What could not
 * be judged is no result but a notification: an upload must not close an alert that nobody has looked at again.
 */
export function renderSarif(result: ConformanceResult): string {
  const { checks, target, seed, environment } = result;
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'shardproof', version: environment.commit, rules: checks.map(ruleOf) },
        },
        automationDetails: { id: `conformance/${target.adapter}/${result.runId}` },
        invocations: [invocationOf(result)],
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the project.' } } },
        results: checks.flatMap((check, ruleIndex) =>
          check.verdict === 'FAIL'
            ? check.broken.map((each) => resultOf(check, ruleIndex, each, target.adapter))
            : [],
        ),
        columnKind: 'utf16CodeUnits',
        properties: { verdict: result.verdict, target, seed, effort: result.effort },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf({ id, title, method, severity, area, requirements }: CheckResult) {
  const cites = `Requirements: ${requirements.join(', ')}.`;
  return {
    id,
    name: id.replaceAll(/(?:^|[/-])(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: method },
    help: { text: `${title}\n\n${method}\n\n${cites}`, markdown: `**${title}**\n\n${method}\n\n${cites}` },
    defaultConfiguration: { level: LEVEL[severity] },
    properties: {
      tags: [...new Set(['security', area, ...requirements])],
      precision: 'very-high',
      severity,
      requirements,
      'security-severity': SECURITY_SEVERITY[severity],
    },
  };
}

function resultOf(check: CheckResult, ruleIndex: number, broken: BrokenStatement, adapter: string) {
  const lines = [
    `It does not hold that ${broken.text}.`,
    ...witnessLines({ broken: [broken] }),
    `Repeat it with: ${check.reproduce}`,
  ];
  return {
    ruleId: check.id,
    ruleIndex,
    kind: 'fail',
    level: LEVEL[check.severity],
    message: { text: lines.join('\n') },
    // What is wrong is in the Worker, whose source nobody has read: the check is the nearest place in a repository.
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(check.source), uriBaseId: '%SRCROOT%' },
          region: { startLine: 1 },
        },
      },
    ],
    partialFingerprints: { 'shardproofClaim/v1': fingerprint(adapter, check.id, broken.text) },
    properties: { requirements: check.requirements, severity: check.severity, reproduce: check.reproduce },
  };
}

/** Numbers in a claim (how many reads it was shown by) may differ from run to run. */
const fingerprint = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n').replaceAll(/\d+/g, '#')).digest('hex');

function invocationOf({ verdict, checks, startedAt, finishedAt, reproduce }: ConformanceResult) {
  const open = checks.flatMap((check, index) =>
    check.verdict === 'INCONCLUSIVE' || check.verdict === 'VOID' || check.verdict === 'SKIPPED'
      ? [{ ...check, index }]
      : [],
  );
  return {
    executionSuccessful: verdict.outcome === 'PASS' || verdict.outcome === 'FAIL',
    exitCode: exitCodeOf[verdict.outcome],
    exitCodeDescription: `${verdict.outcome}: ${verdict.reason}`,
    commandLine: reproduce,
    startTimeUtc: startedAt,
    endTimeUtc: finishedAt,
    toolExecutionNotifications: open.map(({ id, index, verdict: each, reason }) => ({
      associatedRule: { id, index },
      level: each === 'SKIPPED' ? 'note' : 'error',
      message: { text: `${each}: ${reason}` },
    })),
  };
}
