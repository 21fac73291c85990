import { html } from 'hono/html';
import {
  faultOutcome,
  modelledStatement,
  ROWS_STATEMENT,
  readReplicationStatement,
} from '../../document/content/index.ts';
import type { RunEvidence } from '../../document/index.ts';
import { formatSeconds } from '../../document/index.ts';
import { facts, type Html, type Section, status, table } from '../../render/html/index.ts';
import type { PlannedFault } from '../../schema/index.ts';

export function behaviour(evidence: RunEvidence): Section {
  const { latencyProfile, readReplication, seed, foreignBookmarks, faults } = evidence.behaviour;
  const [modelled, rest] = modelledStatement(evidence);
  return {
    id: 'modelled',
    title: 'What was modelled',
    body: html`<p>D1 and KV are this machine's, made to behave like Cloudflare's. Modelled: ${modelled}; ${rest}.</p>
${facts([
  ['Latency profile', latencyProfile.name],
  ['In words', latencyProfile.description],
  ['Read replication', readReplicationStatement(readReplication)],
  ['Rows read and written', ROWS_STATEMENT],
  ['Bookmarks of another database', foreignBookmarks],
  ['Seed of lags and delays', String(seed)],
])}
${faults.length > 0 && faultsTable(faults)}`,
  };
}

function faultsTable(faults: readonly PlannedFault[]): Html {
  return html`<h3>Planned faults</h3>
${table(
  'Planned faults',
  [
    { head: 'Fault', cell: ({ id }) => id },
    { head: 'Kind', cell: ({ kind }) => kind },
    { head: 'As planned', cell: ({ parameters }) => JSON.stringify(parameters) },
    {
      head: 'What became of it',
      cell: (fault) => status(faultOutcome(fault), (fault.count ?? 0) > 0 ? 'good' : 'bad'),
    },
    {
      head: 'First after',
      cell: ({ firings: [first] }) => (first ? formatSeconds(first.atMs / 1000) : '–'),
      numeric: true,
    },
  ],
  faults,
)}`;
}
