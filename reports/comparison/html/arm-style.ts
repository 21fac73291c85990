import { html } from 'hono/html';
import type { Html } from '../../render/html/index.ts';
import type { Arm } from '../../schema/index.ts';
import { armName } from '../statements.ts';

/** As many as the style sheet has. */
const COLOURS = 6;
const DASHES = ['solid', 'dashed', 'dotted'] as const;

export const armColour = (index: number): string => `var(--part-${(index % COLOURS) + 1})`;

/** So that colour never tells arms apart alone. */
export const armDash = (index: number) => DASHES[index % DASHES.length] ?? 'solid';

export const armLegend = (arms: readonly Arm[]): Html =>
  html`<span class="legend">${arms.map(
    (arm, index) =>
      html`<span class="together"><span class="stroke" style="border-top: 3px ${armDash(index)} ${armColour(index)}"></span>${armName(arm)}</span> `,
  )}</span>`;
