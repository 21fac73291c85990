import { placeClones, type SeededShard } from '../../fixtures/index.ts';
import { Behaviour, deploymentOf, type Placed, type Topology } from '../../reference-worker/target/index.ts';
import type { LoadSubject } from '../system.ts';
import { D1_LIMIT_SECONDS, MARGIN } from './judge.ts';
import { type SampleRequests, sampleRequests } from './sample-requests.ts';

/** How long people are at work before something begins and after it. */
export const BESIDE_MS = 3_000;

/** What is rehearsed on. */
export interface RehearsalPlace {
  readonly subject: LoadSubject;
  readonly topology: Topology;
  readonly shards: readonly SeededShard[];
  /** The database that it is done to. */
  readonly database: string;
  readonly stateDir: string;
  readonly signal: AbortSignal;
}

/** A fresh copy of the database, and people at work on it. */
export interface AtWork {
  readonly placed: Placed;
  /** Called once what has to be known of the database is known: asking for that would delay them. */
  readonly startPeople: () => Promise<SampleRequests>;
}

/** @throws PlatformError, FixtureError, or the reason of `signal` */
export async function startAtWork({
  subject,
  topology,
  shards,
  stateDir,
  signal,
}: RehearsalPlace): Promise<AtWork> {
  await placeClones(shards, stateDir, signal);
  const { placements } = subject;
  const behaviour = patientBehaviour();
  const placed = await placements.start({ topology, stateDir, kvCache: false, behaviour });
  return {
    placed,
    async startPeople() {
      const { underTest } = placements;
      const serving = deploymentOf(topology, underTest);
      const url = placed.platform.deployments.find((each) => each.name === serving)?.urls.LHR ?? '';
      const plan = shards.flatMap(({ plans }) => plans).find(({ account }) => account === underTest);
      if (!plan) throw new Error(`${topology.name} does not place ${underTest}.`);
      return sampleRequests(subject, placed, url, plan);
    },
  };
}

/** D1 as of the United Kingdom, but that a statement may take three times as long: this machine is another one. */
function patientBehaviour(): Behaviour {
  const { latency, ...behaviour } = Behaviour.parse({ latency: 'uk-eu' });
  const d1 = { ...latency.d1, statementLimitMs: D1_LIMIT_SECONDS * MARGIN * 1_000 };
  return { ...behaviour, latency: { ...latency, d1 } };
}
