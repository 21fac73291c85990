import { capacityReport } from '../capacity/index.ts';
import { comparisonReport } from '../comparison/index.ts';
import { conformanceReport } from '../conformance/index.ts';
import type { Report } from '../document/index.ts';
import { rehearsalReport } from '../rehearsal/index.ts';
import { remoteLoadReport } from '../remote-load/index.ts';
import { renderHtml } from '../render/index.ts';
import type { StoredResult } from './stored-result.ts';

/**
 * report.html of a run of any kind.
 *
 * @param attachments texts by path below the run's folder, as the witnesses of a conformance run name them
 */
export const renderReport = (
  result: StoredResult,
  attachments: Readonly<Record<string, string>>,
): Promise<string> => renderHtml(reportOf(result, attachments));

function reportOf(result: StoredResult, attachments: Readonly<Record<string, string>>): Report {
  switch (result.kind) {
    case 'capacity':
      return capacityReport(result);
    case 'conformance':
      return conformanceReport(result, attachments);
    case 'comparison':
      return comparisonReport(result);
    case 'rehearsal':
      return rehearsalReport(result);
    case 'remote-load':
      return remoteLoadReport(result);
  }
}
