import { AREAS, type Check } from '../checks/index.ts';
import type { Kill } from './kill.ts';

/** The page that shows, mutation by mutation, which check catches it. */
export function killTable(kills: readonly Kill[], checks: readonly Check[], seed: number): string {
  const killed = kills.filter(({ survived }) => survived === undefined);
  const areas = AREAS.map((area) =>
    section(
      area,
      kills.filter(({ mutation }) => mutation.check.startsWith(`${area}/`)),
    ),
  );
  return `# The kill table

Written by \`npm run selftest -- --first\`; do not edit. Each mutation is the [reference Worker](../reference-worker/shared-shards/src) with a
small patch ([the mutations](../reference-worker/shared-shards/mutations)), built and run on the local platform. It counts as killed only if the check that
it names finds a claim violated; a check of its area that comes first and fails too is said beside it. ${checks.length} checks are green on the
Worker without a patch; ${killed.length} of ${kills.length} mutations are killed (seed ${seed}).

${areas.filter((text) => text !== '').join('\n\n')}
`;
}

function section(area: string, kills: readonly Kill[]): string {
  if (kills.length === 0) return '';
  return [
    `## ${area[0]?.toUpperCase()}${area.slice(1)}`,
    '',
    '| mutation | what is wrong | stands for | killed by | caught first by |',
    '|---|---|---|---|---|',
    ...kills.map(row),
  ].join('\n');
}

function row({ mutation, survived, caughtFirstBy }: Kill): string {
  const { id, title, incident, check } = mutation;
  const source = incident === undefined ? '' : `${incident} (${mutation.source})`;
  const killer = survived === undefined ? nameOf(check) : `**survived**: ${survived}`;
  return `| ${[nameOf(id), title, source, killer, caughtFirstBy === undefined ? '' : nameOf(caughtFirstBy)].map(escaped).join(' | ')} |`;
}

const SYSTEMATIC = '\n## Systematic mutants\n\n';

/** The page with another first part, and with the figures of the systematic mutants that it had. */
export const withKills = (page: string, kills: string): string =>
  [kills, ...page.split(SYSTEMATIC).slice(1)].join(SYSTEMATIC);

/** The page with other figures of the systematic mutants. */
export const withSystematic = (page: string, section: string): string =>
  `${page.split(SYSTEMATIC)[0]}${SYSTEMATIC}${section}\n`;

const nameOf = (id: string): string => `\`${id.slice(id.indexOf('/') + 1)}\``;

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
