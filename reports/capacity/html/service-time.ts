import { html } from 'hono/html';
import { databaseTable, partTable } from '../../document/content/index.ts';
import type { Figures } from '../../document/index.ts';
import { type Html, type Section, textTable } from '../../render/html/index.ts';
import { serviceFigure } from './service-chart.ts';

/** No section when neither the Worker nor the data plane said where the time went. */
export function serviceTime(figures: Figures): Section[] {
  const { serviceParts, databases } = figures;
  if (serviceParts.length + databases.length === 0) return [];
  const body = html`${serviceParts.length > 0 && partsOf(figures)}${databases.length > 0 && databasesOf(figures)}`;
  return [{ id: 'service-time', title: 'Where the time goes', body }];
}

const partsOf = (
  figures: Figures,
): Html => html`<p>From the Worker's Server-Timing, ${figures.knee ? 'on the highest rung that kept its objectives' : 'in the phases that count'}.</p>
${serviceFigure(figures)}
${textTable(partTable(figures))}`;

const databasesOf = (figures: Figures): Html => html`<h3>Databases</h3>
<p>D1 serves one request at a time: busy is the share of time in which it did, wait is for a turn.</p>
${textTable(databaseTable(figures))}`;
