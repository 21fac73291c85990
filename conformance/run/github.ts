import { join, relative } from 'node:path';
import { WORKSPACE } from '../../reports/command/index.ts';
import { conformanceReport } from '../../reports/conformance/index.ts';
import { appendStepSummary, renderMarkdown } from '../../reports/index.ts';
import type { ConformanceResult } from '../../reports/schema/index.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What a run tells GitHub Actions: its summary on the page of the step, and an annotation for each check that did not
 * pass. Elsewhere it tells nothing.
 *
 * @param env of the process: GITHUB_STEP_SUMMARY, GITHUB_ACTIONS, GITHUB_WORKSPACE
 * @returns the lines to print
 * @throws the file system's error when the summary cannot be written
 */
export async function tellGitHub(result: ConformanceResult, env: Env): Promise<readonly string[]> {
  await appendStepSummary(renderMarkdown(conformanceReport(result, {})), env);
  return env.GITHUB_ACTIONS === 'true' ? annotationsOf(result, env) : [];
}

/** FAIL is an error; a check that proved nothing is a warning. GitHub shows the first ten of each kind of a step. */
function annotationsOf({ checks, preflightProblem }: ConformanceResult, env: Env): readonly string[] {
  const preflight =
    preflightProblem === undefined ? [] : [`::error title=conformance::${data(preflightProblem)}`];
  const ofChecks = checks
    .filter(({ verdict }) => verdict !== 'PASS' && verdict !== 'SKIPPED')
    .map(({ id, verdict, reason, source, reproduce }) => {
      const level = verdict === 'FAIL' ? 'error' : 'warning';
      // GitHub knows files from the root of the checkout, of which this project may be a part.
      const file = relative(env.GITHUB_WORKSPACE ?? WORKSPACE, join(WORKSPACE, source));
      return `::${level} file=${property(file)},line=1,title=${property(`${verdict} ${id}`)}::${data(`${reason}\n${reproduce}`)}`;
    });
  return [...preflight, ...ofChecks];
}

/** Escapes of workflow commands (github.com/actions/toolkit, packages/core/src/command.ts). */
const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
