import { html } from 'hono/html';
import { figuresOf } from './figures.ts';
import { formatInstant } from './format.ts';
import { signals, verification } from './html/evidence.ts';
import { page } from './html/layout.ts';
import { overview } from './html/overview.ts';
import { latency, overTime } from './html/performance.ts';
import { plane } from './html/plane.ts';
import { configuration, processes, topology } from './html/setup.ts';
import type { RunResult } from './schema.ts';

/**
 * report.html: one self-contained page without script or request. The same result gives the same bytes.
 *
 * Text from the result is escaped by hono's `html` tag, and inside charts by echarts.
 */
export async function renderHtml(result: RunResult): Promise<string> {
  const figures = figuresOf(result);
  const { kind, runId, verdict, startedAt, schemaVersion } = result;
  const document = await page({
    title: `${verdict.outcome}: ${kind} run ${runId}`,
    outcome: verdict.outcome,
    header: html`<span><strong>shardproof</strong> ${kind} run</span><span>${runId}, ${formatInstant(startedAt)}</span>`,
    overview: overview(result, figures),
    sections: [
      ...(figures ? [overTime(figures, result), latency(figures)] : []),
      plane(result),
      verification(result),
      signals(result),
      processes(result),
      topology(result),
      configuration(result),
    ],
    footer: html`Rendered from result.json, schema version ${schemaVersion}, which lies beside this page.`,
  });
  return document.toString();
}
