import { expect, test } from 'vitest';
import { renderConformanceHtml } from './conformance/html.ts';
import { renderConformanceMarkdown } from './conformance/markdown.ts';
import { sampleConformance } from './conformance/testing/sample-conformance.ts';
import { renderHtml } from './html.ts';
import { requirementText } from './requirements.ts';
import { sampleResult } from './testing/sample-result.ts';

test('every page says what a requirement is about, not only its id', async () => {
  const pages = [
    await renderConformanceHtml(sampleConformance(), {}),
    renderConformanceMarkdown(sampleConformance()).replaceAll('\\', ''),
    await renderHtml(sampleResult()),
  ];

  for (const page of pages) expect(page).toContain('A7 (isolation of accounts)');
});

test.each(['Z3', 'constructor', ''])('an id that is not known here is shown alone: %o', (id) => {
  expect(requirementText(id)).toBe(id);
});
