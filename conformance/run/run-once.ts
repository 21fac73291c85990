import { type CleanUp, PreflightError, type TestAccount } from '../../reference-worker/target/index.ts';
import { WORKSPACE } from '../../reports/command/index.ts';
import { conformanceVerdict } from '../../reports/conformance/index.ts';
import { describeEnvironment } from '../../reports/index.ts';
import { CONFORMANCE_SCHEMA_VERSION, type ConformanceResult } from '../../reports/schema/index.ts';
import type { CheckOutcome } from '../checks/index.ts';
import { type Attachments, checkResultOf } from './check-result.ts';
import type { ConformanceOptions } from './options.ts';
import type { Prepared } from './prepare.ts';
import { promiseResultsOf } from './promises.ts';
import { redaction } from './redaction.ts';
import { reproduceCommand } from './reproduce.ts';
import { runChecks } from './run-checks.ts';
import { runRemoteChecks } from './run-remote.ts';

/** What one run came to, before it is judged. */
interface Ran {
  readonly outcomes: readonly CheckOutcome[];
  readonly doubts: readonly string[];
  readonly preflightProblem?: string;
  readonly cleanUp?: CleanUp;
  /** Whose tokens must not be shown. */
  readonly accounts: readonly TestAccount[];
}

export interface RunOnceOptions {
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: CheckOutcome) => void;
  /** Told also when a run is interrupted. */
  readonly onCleanUp: (cleanUp: CleanUp) => void;
}

/**
 * Runs the checks once, and judges.
 *
 * @returns the result, and the files that it names, as texts by path
 * @throws the reason of the signal; PlatformError
 */
export async function runOnce(
  options: ConformanceOptions,
  prepared: Prepared,
  callbacks: RunOnceOptions,
): Promise<{ result: ConformanceResult; attachments: Attachments }> {
  const startedAt = new Date();
  const ran = await run(options, prepared, callbacks);
  const attachments: Attachments = {};
  const show = redaction(ran.accounts, prepared.system, prepared.accounts !== undefined);
  const checks = ran.outcomes.map((outcome) => {
    const reproduce = (replay?: string): string => reproduceCommand(options, [outcome.check.id], replay);
    return checkResultOf(outcome, show, reproduce, attachments);
  });
  const { doubts, preflightProblem, cleanUp } = ran;
  const isRemote = prepared.accounts !== undefined;
  const areChosen = options.only.length > 0;
  const result: ConformanceResult = {
    schemaVersion: CONFORMANCE_SCHEMA_VERSION,
    runId: `${startedAt.toISOString().replaceAll(/[:.]/g, '')}-conformance`,
    kind: 'conformance',
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    verdict: conformanceVerdict({
      checks,
      areChosen,
      doubts,
      preflightProblem: preflightProblem && show.text(preflightProblem),
      accounts: prepared.accounts?.length,
    }),
    reproduce: reproduceCommand(options, options.only),
    environment: describeEnvironment(WORKSPACE),
    target: {
      kind: isRemote ? 'remote' : 'local',
      name: prepared.name,
      adapter: prepared.system.name,
      accounts: (prepared.accounts ?? []).map(({ role, id }) => ({ role, id })),
    },
    seed: options.seed,
    effort: options.effort,
    only: [...options.only],
    doubts: [...doubts],
    ...(preflightProblem === undefined ? {} : { preflightProblem: show.text(preflightProblem) }),
    checks,
    promises: promiseResultsOf(prepared.system, ran.outcomes),
    ...(cleanUp
      ? {
          cleanUp: {
            removed: cleanUp.removed,
            left: cleanUp.left.map(({ resource, ...left }) => ({ ...left, collection: resource })),
          },
        }
      : {}),
  };
  return { result, attachments };
}

async function run(
  { checks, seed, effort, path }: ConformanceOptions,
  { system, entry, accounts }: Prepared,
  { signal, onOutcome, onCleanUp }: RunOnceOptions,
): Promise<Ran> {
  const common = { system, checks, seed, effort, path, signal, onOutcome };
  const known: TestAccount[] = [...(accounts ?? [])];
  let cleanUp: CleanUp | undefined;
  const keep = (told: CleanUp): void => {
    cleanUp = told;
    onCleanUp(told);
  };
  const work = accounts
    ? runRemoteChecks({ ...common, accounts, onCleanUp: keep })
    : runChecks({ ...common, entry, onStarted: (target) => void known.push(...target.accounts) }).then(
        (outcomes) => ({ outcomes, doubts: [] }),
      );
  const ran = await work.catch((error: unknown) => {
    if (!(error instanceof PreflightError)) throw error;
    return { outcomes: [], doubts: [], preflightProblem: error.message };
  });
  return { ...ran, accounts: known, ...(cleanUp && { cleanUp }) };
}
