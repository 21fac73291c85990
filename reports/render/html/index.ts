import { blocksFor, formatInstant, type Report, type ReportBlock } from '../../document/index.ts';
import { answer, firstScreen } from './first-screen.ts';
import { page } from './layout.ts';

/**
 * report.html: one self-contained page without script or request. The same report gives the same bytes.
 *
 * Text from the result is escaped by hono's `html` tag, and inside charts by echarts.
 */
export function renderHtml(report: Report): Promise<string> {
  const { name, runId, startedAt, verdict, sections, origin } = report;
  return page({
    title: `${verdict.outcome}: ${name} ${runId}`,
    outcome: verdict.outcome,
    name,
    about: `${runId}, ${formatInstant(startedAt)}`,
    ...firstScreen(report),
    sections: sections
      .map((section) => ({ ...section, blocks: blocksFor('page', section.blocks) }))
      .filter(({ blocks }) => blocks.length > 0),
    footer: `Rendered from result.json, ${origin}.`,
  });
}

/** A page that is no report of one run. */
export const renderPage = ({
  opening,
  ...options
}: Omit<Parameters<typeof page>[0], 'opening' | 'heading'> & {
  heading: string;
  opening: readonly ReportBlock[];
}): Promise<string> => page({ ...options, opening: opening.map(answer) });
