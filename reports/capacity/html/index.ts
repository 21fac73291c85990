import { html } from 'hono/html';
import { type Figures, figuresOf, formatInstant, type RunEvidence } from '../../document/index.ts';
import { page, type Section, signals, verification } from '../../render/html/index.ts';
import type { RunResult } from '../../schema/index.ts';
import { behaviour } from './behaviour.ts';
import { headroomLeft } from './headroom.ts';
import { sustainedLoad } from './knee.ts';
import { latency } from './latency.ts';
import { overTime } from './over-time.ts';
import { capacityOverview } from './overview.ts';
import { restsOn } from './sensitivity.ts';
import { serviceTime } from './service-time.ts';
import { configuration, processes, topology } from './setup.ts';

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
    overview: capacityOverview(result, figures),
    sections: [
      ...(figures ? measured(figures, result) : []),
      behaviour(result),
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

/** The sections that a spoiled measurement leaves out. */
function measured(figures: Figures, evidence: RunEvidence): Section[] {
  const { knee, headroom } = figures;
  return [
    ...(knee ? [sustainedLoad(knee)] : []),
    overTime(figures, evidence),
    latency(figures, evidence),
    ...serviceTime(figures),
    ...(figures.sensitivity ? [restsOn(figures.sensitivity, knee)] : []),
    ...(headroom ? [headroomLeft(headroom)] : []),
  ];
}
