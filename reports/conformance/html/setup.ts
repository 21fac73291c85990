import { html } from 'hono/html';
import { environmentFacts, facts, type Section, timeFacts } from '../../render/html/index.ts';
import type { ConformanceResult } from '../../schema/index.ts';

export function setup(result: ConformanceResult): Section {
  const { target, seed, effort, only, environment } = result;
  return {
    id: 'setup',
    title: 'Setup',
    body: html`<h3>Run</h3>
${facts([
  ['Target', target.name],
  ['System', target.adapter],
  ['Kind of target', target.kind],
  ...target.accounts.map(({ role, id }) => [`Account ${role}`, id] as const),
  ['Seed', String(seed)],
  ['Effort', effort],
  ['Chosen checks', only.length > 0 ? only.join(', ') : 'all'],
])}
<h3>Environment</h3>
${facts([...environmentFacts(environment), ...timeFacts(result)])}`,
  };
}
