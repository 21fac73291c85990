import { expect, test } from 'vitest';
import { capacityReport } from '../capacity/index.ts';
import { conformanceReport } from '../conformance/index.ts';
import { sampleConformance } from '../conformance/testing/sample-conformance.ts';
import { renderHtml, renderMarkdown } from '../render/index.ts';
import { sampleResult } from '../testing/sample-result.ts';
import { requirementText } from './requirements.ts';

test('every page says what a requirement is about, not only its id', async () => {
  const pages = [
    await renderHtml(conformanceReport(sampleConformance(), {})),
    renderMarkdown(conformanceReport(sampleConformance(), {})).replaceAll('\\', ''),
    await renderHtml(capacityReport(sampleResult())),
  ];

  for (const page of pages) expect(page).toContain('A7 (isolation of accounts)');
});

test.each(['Z3', 'constructor', ''])('an id that is not known here is shown alone: %o', (id) => {
  expect(requirementText(id)).toBe(id);
});
