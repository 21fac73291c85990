import { html } from 'hono/html';
import { billTable, headroomStatements } from '../../document/content/index.ts';
import { sentence } from '../../document/index.ts';
import { lines, type Section, textTable } from '../../render/html/index.ts';
import type { Headroom } from '../../schema/index.ts';

export function headroomLeft(headroom: Headroom): Section {
  return {
    id: 'headroom',
    title: 'Headroom and cost',
    body: html`${lines(headroomStatements(headroom))}
${textTable(billTable(headroom))}
<p class="basis">Prices: ${sentence(headroom.priceTable)} Assumed: ${headroom.assumptions.join(' ')}</p>`,
  };
}
