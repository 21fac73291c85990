import { html } from 'hono/html';
import { billTable, headroomStatements } from '../content/headroom.ts';
import { sentence } from '../format.ts';
import type { Headroom } from '../schema/index.ts';
import { lines, type Section, textTable } from './layout.ts';

export function headroomLeft(headroom: Headroom): Section {
  return {
    id: 'headroom',
    title: 'Headroom and cost',
    body: html`${lines(headroomStatements(headroom))}
${textTable(billTable(headroom))}
<p class="basis">Prices: ${sentence(headroom.priceTable)} Assumed: ${headroom.assumptions.join(' ')}</p>`,
  };
}
