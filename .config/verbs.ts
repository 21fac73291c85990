import { verbs as conformance, internalVerbs as ofConformance } from '../conformance/verbs.ts';
import { verbs as fixtures, internalVerbs as ofFixtures } from '../fixtures/verbs.ts';
import { internalVerbs as ofLoadtest } from '../loadtest/internal-verbs.ts';
import { verbs as loadtest } from '../loadtest/verbs.ts';
import { verbs as fleet } from '../reference-worker/fleet/verbs.ts';
import { internalVerbs as ofLocal } from '../reference-worker/local/verbs.ts';
import {
  internalVerbs as ofSharedShards,
  verbs as sharedShards,
} from '../reference-worker/shared-shards/verbs.ts';
import { exitCodeOf } from '../reports/command/errors/index.ts';
import { runVerb, type Verb, type VerbOfParts } from '../reports/command/verb.ts';
import { IS_INSTALLED } from '../reports/command/workspace.ts';
import { internalVerbs as ofReports, verbs as reports } from '../reports/verbs.ts';

export const VERBS: readonly (Verb | VerbOfParts)[] = [
  ...loadtest,
  ...conformance,
  ...fixtures,
  ...fleet,
  ...sharedShards,
  ...reports,
];

const INTERNAL = 'internal';
/** Benchmarks, proofs, and programs that write pages: for whoever works on the house itself. */
export const INTERNAL_VERBS: readonly Verb[] = [
  ...ofLoadtest,
  ...ofConformance,
  ...ofFixtures,
  ...ofReports,
  ...ofLocal,
  ...ofSharedShards,
];

/** The command `shardproof`. A verb is loaded when it runs, and nothing for a `--help` but commander. @param argv its arguments; the exit code of the process is set */
export async function main([first = '--help', ...rest]: readonly string[]): Promise<void> {
  if (first === INTERNAL)
    return IS_INSTALLED ? refuseInternal() : mainOf(INTERNAL_VERBS, `${INTERNAL} `, rest);
  return mainOf(VERBS, '', [first, ...rest]);
}

/** They write into the repository, or run what is not in the package. */
function refuseInternal(): void {
  console.error(
    'only_in_repository: the internal programs are for work on shardproof itself, and need its repository. ' +
      'shardproof --help lists what the package has.',
  );
  process.exitCode = exitCodeOf.REFUSED;
}

/** @param group what stands in front of each of these verbs */
async function mainOf(
  verbs: readonly (Verb | VerbOfParts)[],
  group: string,
  [name = '--help', ...argv]: readonly string[],
): Promise<void> {
  const verb = verbs.find((each) => each.name === name);
  if (verb) return runVerb({ ...verb, name: group + name }, argv);
  const overview = overviewOf(verbs, group);
  if (name === '--help' || name === 'help') return console.log(overview);
  console.error(`bad_verb: there is no verb "${name}".\n\n${overview}`);
  process.exitCode = exitCodeOf.REFUSED;
}

function overviewOf(verbs: readonly (Verb | VerbOfParts)[], group: string): string {
  const width = Math.max(...verbs.map(({ name }) => name.length));
  const lines = verbs.map(({ name, does }) => `  ${name.padEnd(width)}  ${does}`);
  return [
    `Usage: shardproof ${group}<verb> [options]`,
    '',
    ...lines,
    '',
    `shardproof ${group}<verb> --help says more.`,
  ].join('\n');
}
