import { html } from 'hono/html';
import { sensitivityStatement, sensitivityTable } from '../../document/content/index.ts';
import { type Section, textTable } from '../../render/html/index.ts';
import type { Knee, Sensitivity } from '../../schema/index.ts';

export function restsOn(sensitivity: Sensitivity, knee: Knee | null): Section {
  return {
    id: 'rests-on',
    title: 'What the verdict rests on',
    body: html`<p>${sensitivityStatement(sensitivity)}</p>
${textTable(sensitivityTable(sensitivity, knee))}`,
  };
}
