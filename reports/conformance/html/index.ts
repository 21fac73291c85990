import { html } from 'hono/html';
import { formatInstant } from '../../document/index.ts';
import { page } from '../../render/html/index.ts';
import type { ConformanceResult } from '../../schema/index.ts';
import { checksByArea, promises, skipped } from './checks.ts';
import { failures } from './failures.ts';
import { conformanceOverview } from './overview.ts';
import { setup } from './setup.ts';

/**
 * report.html of a conformance run: one self-contained page without script or request. The same result gives the same
 * bytes.
 *
 * @param attachments texts by path below the run's folder, as the witnesses name them: drawn timelines become part of the
 *   page, other files are linked
 */
export async function renderConformanceHtml(
  result: ConformanceResult,
  attachments: Readonly<Record<string, string>>,
): Promise<string> {
  const { runId, verdict, startedAt, schemaVersion } = result;
  const document = await page({
    title: `${verdict.outcome}: conformance run ${runId}`,
    outcome: verdict.outcome,
    header: html`<span><strong>shardproof</strong> conformance run</span><span>${runId}, ${formatInstant(startedAt)}</span>`,
    overview: conformanceOverview(result),
    sections: [
      ...failures(result, attachments),
      ...promises(result),
      ...checksByArea(result),
      ...skipped(result),
      setup(result),
    ],
    footer: html`Rendered from result.json, conformance schema version ${schemaVersion}, which lies beside this page with junit.xml and results.sarif.`,
  });
  return document.toString();
}
