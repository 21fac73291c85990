import { html } from 'hono/html';
import type { CheckResult, ConformanceResult } from '../schema/index.ts';
import { witnessLines } from './witness-lines.ts';

type Xml = ReturnType<typeof html>;

/**
 * junit.xml, as Jenkins, GitLab and others read it: a suite for each area. PASS is a passed case, FAIL a failure,
 * INCONCLUSIVE and VOID an error, SKIPPED skipped. The verdict is a case of its own, so that a run that proved nothing
 * is not green.
 */
export async function renderJunit(result: ConformanceResult): Promise<string> {
  const areas = [...new Set(result.checks.map(({ area }) => area))];
  const suites = areas.map((area) =>
    suite(result, area, result.checks.filter((check) => check.area === area).map(caseOf)),
  );
  const document = await html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="shardproof conformance">
${suite(result, 'verdict', [verdictCase(result)])}
${suites}
</testsuites>
`;
  return withoutForbidden(document.toString());
}

/** XML 1.0, section 2.2: no reference can stand for these either. */
const withoutForbidden = (xml: string): string =>
  xml
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}');

interface Case {
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
  readonly durationMs: number;
  readonly xml: Xml;
}

function suite(result: ConformanceResult, name: string, cases: readonly Case[]): Xml {
  const count = (kind: Case['kind']): number => cases.filter((each) => each.kind === kind).length;
  const seconds = inSeconds(cases.reduce((sum, { durationMs }) => sum + durationMs, 0));
  // Attributes are escaped by the tag, also inside quotes.
  return html`  <testsuite name="${name}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds}" timestamp="${result.startedAt}">
    <properties>
${Object.entries(propertiesOf(result)).map(
  ([key, value]) => html`      <property name="${key}" value="${value}"/>
`,
)}    </properties>
${cases.map(({ xml }) => xml)}  </testsuite>
`;
}

const propertiesOf = ({
  verdict,
  seed,
  effort,
  target,
  environment,
  reproduce,
  runId,
}: ConformanceResult) => ({
  verdict: verdict.outcome,
  'verdict.decidedBy': verdict.decidedBy,
  'verdict.reason': verdict.reason,
  run: runId,
  seed: String(seed),
  effort,
  target: target.name,
  adapter: target.adapter,
  commit: environment.commit,
  reproduce,
});

function caseOf(check: CheckResult): Case {
  const { id, area, verdict, reason, claims, durationMs, title, remarks } = check;
  const text = [...witnessLines(check), `Requirements: ${check.requirements.join(', ')}`, check.reproduce];
  const output = remarks.length > 0 ? html`<system-out>${remarks.join('\n')}</system-out>` : '';
  const xml = html`    <testcase classname="conformance.${area}" name="${id}: ${title}" assertions="${claims}" time="${inSeconds(durationMs)}">${outcome(verdict, reason, text.join('\n'))}${output}</testcase>
`;
  return { kind: KINDS[verdict], durationMs, xml };
}

function verdictCase({ verdict, reproduce }: ConformanceResult): Case {
  const message = `Decided by ${verdict.decidedBy}: ${verdict.reason}`;
  const xml = html`    <testcase classname="conformance" name="verdict" time="0.000">${outcome(verdict.outcome, message, reproduce)}</testcase>
`;
  return { kind: KINDS[verdict.outcome], durationMs: 0, xml };
}

function outcome(verdict: CheckResult['verdict'], message: string, text: string): Xml | '' {
  return {
    passed: () => '' as const,
    skipped: () => html`<skipped>${message}</skipped>`,
    failure: () => html`<failure type="${verdict}" message="${message}">${text}</failure>`,
    error: () => html`<error type="${verdict}" message="${message}">${text}</error>`,
  }[KINDS[verdict]]();
}

const KINDS = {
  PASS: 'passed',
  FAIL: 'failure',
  INCONCLUSIVE: 'error',
  VOID: 'error',
  SKIPPED: 'skipped',
} as const;

const inSeconds = (ms: number): string => (ms / 1_000).toFixed(3);
