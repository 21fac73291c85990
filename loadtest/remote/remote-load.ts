import { z } from 'zod';
import { checkThroughWorker, type HttpTarget, httpTargetOf, originOf } from '../../fixtures/index.ts';
import {
  type AccountPlan,
  openRemote,
  preflight,
  systemFlags,
  type TestAccount,
} from '../../reference-worker/target/index.ts';
import { badField, badOption, wholeNumber } from '../../reports/command/index.ts';
import { sizeFlag } from '../flags.ts';
import { type LoadedAccount, loadedAccount } from '../journey/index.ts';
import {
  durationSecondsOf,
  readObjectivesFile,
  SCENARIO_NAMES,
  type Scenario,
  type ScenarioShape,
  scenarioOf,
  USERS_MAX,
  withOverrides,
} from '../scenarios/index.ts';
import type { LoadSubject } from '../system.ts';
import { assertAgreed, mostRequestsOf } from './agreement.ts';

/** A load of a Worker that runs somewhere. */
export interface RemoteLoad {
  readonly url: string;
  readonly subject: LoadSubject;
  readonly scenario: Scenario;
  readonly plan: AccountPlan;
  readonly account: LoadedAccount;
  readonly http: HttpTarget;
  /** With which users sign their tokens; empty where they have tokens. */
  readonly jwtSecret: string;
}

/** What a load of any Worker that runs somewhere takes. */
export const loadFlags = {
  account: z.string().min(1).optional(),
  users: wholeNumber(1, USERS_MAX).optional(),
  hold: wholeNumber(5, 86_400).optional(),
  seed: wholeNumber().optional(),
  size: sizeFlag.optional(),
  budget: wholeNumber(1).optional(),
};
/** What --target and what belongs to it take. */
export const remoteFlags = {
  ...{ ...systemFlags, ...loadFlags },
  target: z.string(),
  scenario: z.enum(SCENARIO_NAMES),
  objectives: z.string().min(1).optional(),
};
const Flags = z.object(remoteFlags).omit({ scenario: true });
type Flags = z.infer<typeof Flags>;

/** A load that is made several times, in turns with others. */
export interface Repeated {
  readonly shape: ScenarioShape;
  readonly times: number;
  /** How many targets take turns, this one included. */
  readonly amongOthers?: number;
}

/**
 * Makes of the options what is to be done to which URL, and makes sure that it may be, before anything is sent that counts.
 *
 * @throws CommandError `bad_option`; LoadTestError `target_not_agreed`; FixtureError `bad_target`, `no_token`
 */
export async function readRemoteLoad(
  flags: Flags,
  subject: LoadSubject,
  { shape, times, amongOthers = 1 }: Repeated,
  signal: AbortSignal,
): Promise<RemoteLoad> {
  const { system, data, placements } = subject;
  const url = originGiven(flags.target);
  const scenario = scenarioAsked(flags, shape, subject);
  const seconds = times * amongOthers * durationSecondsOf(scenario);
  if (data.model.resources.some((resource) => system.resources[resource]?.ids === 'server'))
    throw badOption(
      'target',
      `the Worker makes the ids of its documents, and nobody here knows those that ${url} has made`,
    );
  await assertAgreed(url, { requests: times * mostRequestsOf(scenario), seconds }, flags.budget, signal);
  const account = flags.account ?? placements.underTest;
  const { sizeBytes, virtualUsers: users, seed } = scenario;
  const plan = data.model.plan({ account, sizeBytes, users, seed });
  const loaded = loadedAccount(plan, data.model, system);
  const http = httpTargetOf(system, url, account);
  const jwtSecret = system.journey.jwt === undefined ? '' : secretGiven();
  const tokens = system.journey.jwt === undefined ? { tokens: [await tokenFor(http, seconds)] } : {};
  return { url, subject, scenario, plan, account: { ...loaded, ...tokens }, http, jwtSecret };
}

/** @throws CommandError `bad_option` for one that expires before the load is over */
async function tokenFor({ system, token }: HttpTarget, seconds: number): Promise<string> {
  const text = await token();
  const { expiresAtMs = Number.POSITIVE_INFINITY } = system.request.readToken?.(text) ?? {};
  if (expiresAtMs > Date.now() + seconds * 1000) return text;
  throw badOption(
    'target',
    'the token expires before the load is over, which would look as if the Worker failed; get one that lasts',
  );
}

function originGiven(target: string): string {
  const url = URL.parse(target);
  if (!url || !/^https?:$/.test(url.protocol) || target.replace(/\/$/, '') !== url.origin)
    throw badOption(
      'target',
      `${target} must be the URL of a Worker, as in https://acme.example.com, without a path`,
    );
  return url.origin;
}

function secretGiven(): string {
  const { JWT_SECRET } = process.env;
  if (JWT_SECRET) return JWT_SECRET;
  throw badOption(
    'target',
    'the users sign their own tokens; set JWT_SECRET in the environment, the secret of the Worker',
  );
}

function scenarioAsked(
  { users, hold, seed, size, objectives }: Flags,
  shape: ScenarioShape,
  { system }: LoadSubject,
): Scenario {
  try {
    return withOverrides(scenarioOf(shape, system), {
      virtualUsers: users,
      holdSeconds: hold,
      seed,
      sizeBytes: size,
      objectives:
        objectives === undefined
          ? undefined
          : readObjectivesFile(objectives, Object.keys(system.objectives.operations)),
    });
  } catch (error) {
    throw error instanceof z.ZodError ? badField(error, { virtualUsers: 'users', sizeBytes: 'size' }) : error;
  }
}

/** Who asks, before the load and after it, as one of its users. */
export const accountAsked = async ({
  url,
  plan,
  http,
}: Pick<RemoteLoad, 'url' | 'plan' | 'http'>): Promise<TestAccount> => ({
  role: 'subject',
  id: plan.account,
  token: await http.token(),
  urls: { anywhere: originOf(url, plan.account) },
});

/** Documents that are looked at before a load: were one in ten missing, hardly one in a thousand such looks would not see it. */
const LOOKED_AT = 64;

/**
 * Asks as one user before thousands do: whether somebody answers, knows the token, takes a write, forgets it again, and has the
 * documents that people are going to ask for.
 *
 * @returns what takes the proof out of a pass, a sentence each
 * @throws PreflightError; FixtureError; CommandError `bad_option` for an account without its documents
 */
export async function lookBefore(remote: RemoteLoad, signal: AbortSignal): Promise<readonly string[]> {
  const { subject, plan, http } = remote;
  const { system, data } = subject;
  const { target, cleanUp } = openRemote({ system, accounts: [await accountAsked(remote)] });
  const { doubts } = await preflight(target).finally(() => cleanUp(10_000));
  const { missing, checked } = await checkThroughWorker({
    ...{ target: http, data, plan, concurrency: 8, sample: LOOKED_AT, signal },
  });
  if (missing.count > 0)
    throw badOption(
      'target',
      `of ${checked} documents of ${plan.account} that were looked at, ${missing.count} are not there; seed it first, with the same ` +
        '--size, --users and --seed: shardproof seed http',
    );
  return doubts;
}
