import { renderHtml } from '../capacity/index.ts';
import { renderComparisonHtml } from '../comparison/index.ts';
import { renderConformanceHtml } from '../conformance/index.ts';
import type { StoredResult } from './stored-result.ts';

/**
 * report.html of a run of any kind.
 *
 * @param attachments texts by path below the run's folder, as the witnesses of a conformance run name them
 */
export async function renderReport(
  result: StoredResult,
  attachments: Readonly<Record<string, string>>,
): Promise<string> {
  switch (result.kind) {
    case 'capacity':
      return renderHtml(result);
    case 'conformance':
      return renderConformanceHtml(result, attachments);
    case 'comparison':
      return renderComparisonHtml(result);
  }
}
