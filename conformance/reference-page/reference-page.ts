import { AREAS, type Area, areaOf, type Check } from '../checks/index.ts';
import type { CheckMutation } from '../selftest/index.ts';

const INTRODUCTION: Readonly<Record<Area, string>> = {
  isolation: 'Whose data is shown: every route, asked for what belongs to another account.',
  consistency:
    'What sessions may rely on: recorded histories of concurrent clients, judged guarantee by guarantee.',
  cache: 'What KV and caches in front may not do to isolation and consistency.',
  routing: 'Which shard answers, while accounts are moved, deactivated and misconfigured.',
  limits: 'What is too much, and that nothing happens then.',
  semantics:
    'What HTTP and its neighbours say of a document, a condition and a page: generated, and compared with a model.',
  robustness: 'Malformed input and a database that fails: no wrong answer, and errors that tell the truth.',
  residency: 'Where answers come from, as far as evidence can show.',
  visitors: 'What anybody may look at: by when it shows a write, what it never shows, and whose it is.',
  freshness:
    'How a copy of what an upstream holds is kept: as fresh as promised, within a call budget, and never behind a change.',
};

/** The reference page of the checks, made from what the registry and the catalogue say of themselves. */
export function referencePage(checks: readonly Check[], mutations: readonly CheckMutation[]): string {
  const sections = AREAS.map((area) => {
    const own = checks.filter((check) => areaOf(check) === area);
    return `## ${area[0]?.toUpperCase()}${area.slice(1)}\n\n${INTRODUCTION[area]}\n\n${own.map((check) => entry(check, mutations)).join('\n\n')}`;
  });
  return `# The checks

Written by \`npm run internal -- conformance:pages\` from the registry; do not edit. ${checks.length} checks, ${mutations.length} mutations
([the kill table](KILL-TABLE.md)). Reports cite the ids of the requirements of [shared-shards](../reference-worker/shared-shards/README.md#requirements) and
[content-sites](../reference-worker/content-sites/README.md#requirements).

A claim is what a check is there to prove; a control beside it shows that the claim could have failed. A check whose
needs a target does not meet is skipped, with the reason, and counts as neither passed nor failed.

${sections.join('\n\n')}
`;
}

/** By the letter of its requirements: the folder of a reference system. */
const STATED_IN: Readonly<Record<string, string>> = {
  A: 'shared-shards',
  B: 'shared-shards',
  D: 'content-sites',
  E: 'synced-settings',
};

const linked = (requirement: string): string =>
  `[${requirement}](../reference-worker/${STATED_IN[requirement[0] ?? '']}/README.md#${requirement.toLowerCase()})`;

function entry(check: Check, mutations: readonly CheckMutation[]): string {
  const { id, title, severity, requirements, environment, needs, method } = check;
  const caught = mutations.filter((mutation) => mutation.check === id);
  const facts = [
    `severity ${severity}`,
    `requirements ${requirements.map(linked).join(', ')}`,
    `environment ${environment}`,
    needs.length > 0 ? `needs ${needs.join(', ')}` : 'needs one account',
  ];
  const catches = caught.map((mutation) => `- ${mutation.title}`);
  return `### \`${id}\`\n\n**${title}**\n\n${method}\n\n${facts.join(' · ')}\n\nCatches:\n\n${catches.join('\n')}`;
}
