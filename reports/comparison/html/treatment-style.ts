import { html } from 'hono/html';
import type { Html } from '../../render/html/index.ts';
import type { Treatment } from '../../schema/index.ts';
import { treatmentName } from '../statements.ts';

/** As many as the style sheet has. */
const COLOURS = 6;
const DASHES = ['solid', 'dashed', 'dotted'] as const;

export const treatmentColour = (index: number): string => `var(--part-${(index % COLOURS) + 1})`;

/** So that colour never tells treatments apart alone. */
export const treatmentDash = (index: number) => DASHES[index % DASHES.length] ?? 'solid';

export const treatmentLegend = (treatments: readonly Treatment[]): Html =>
  html`<span class="legend">${treatments.map(
    (treatment, index) =>
      html`<span class="together"><span class="stroke" style="border-top: 3px ${treatmentDash(index)} ${treatmentColour(index)}"></span>${treatmentName(treatment)}</span> `,
  )}</span>`;
