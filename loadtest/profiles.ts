import { z } from 'zod';
import { STANDARD } from '../fixtures/index.ts';
import { POPS } from '../reference-worker/local/topology.ts';
import { OPERATIONS, type OperationName } from './k6/plan.ts';

/** A target for one operation, with the reason that lets a reader disagree with it. */
export const Objective = z.strictObject({ p95Ms: z.number().positive(), why: z.string().min(1) });
export type Objective = z.infer<typeof Objective>;

const Share = z.number().min(0).max(1);
const ABOUT_ONE = 1e-9;

/** Everything that shapes a run. A profile is data: `why` says where its numbers come from. */
export const Profile = z.strictObject({
  name: z.string(),
  seed: z.int().nonnegative(),
  sizeBytes: z.int().min(1e6).max(10e9),
  virtualUsers: z.int().min(1).max(20_000),
  rampSeconds: z.number().positive(),
  settleSeconds: z.number().nonnegative(),
  holdSeconds: z.number().min(5).max(86_400),
  thinkTimeMedianMs: z.number().positive(),
  thinkTimeSigma: z.number().positive(),
  zipfExponent: z.number().positive(),
  popShares: z
    .record(z.enum(POPS), Share)
    .refine((shares) => Math.abs(Object.values(shares).reduce((a, b) => a + b, 0) - 1) < ABOUT_ONE, {
      error: 'the shares of the PoPs must add up to 1',
    }),
  reloadShare: Share,
  editShare: Share,
  noteShare: Share,
  objectives: z.record(z.enum(OPERATIONS), Objective),
  /** The largest share of requests that may fail. */
  failureBudget: Share,
  /** Below this many samples an operation's p95 is not judged. */
  minimumSamples: z.int().positive(),
});
export type Profile = z.infer<typeof Profile>;

const read: Objective = {
  p95Ms: 100,
  why:
    'An answer within 0.1 s feels immediate (Nielsen, Usability Engineering, 1993). B7 allows 3 ms of Worker and 4 ms ' +
    'of D1; 30 ms for the UK network to the PoP is an assumption. The rest is for queueing behind other users.',
};
const list: Objective = {
  p95Ms: 150,
  why: 'As for one document, and half as much again for up to twenty documents in the answer (assumption).',
};
const write: Objective = {
  p95Ms: 250,
  why:
    'B7 allows 10 ms for a D1 write; the primary may be in another EU region, 40 ms from the UK (assumption), and writes ' +
    'of all users of a shard queue for it. Well under the 1 s that keeps a train of thought (Nielsen, 1993).',
};

const objectives: Record<OperationName, Objective> = {
  'sign-in': list,
  'search-clients': list,
  'open-client': read,
  'open-finances': list,
  'list-notes': list,
  'edit-client': write,
  'read-back-client': read,
  'add-note': write,
  'read-back-notes': list,
};

/** What the profiles share. */
const office = {
  seed: STANDARD.seed,
  // Assumption: a person who works on one client reads for some seconds between clicks; the tail is long.
  thinkTimeSigma: 0.6,
  // The request distribution of YCSB (Cooper et al., SoCC 2010): a few clients are on everybody's desk.
  zipfExponent: 0.99,
  // Requirement B11 names the PoPs; the shares follow the issue: most staff are in the south-east.
  popShares: { LHR: 0.6, MAN: 0.3, EDI: 0.1 },
  // Assumption: one client in twenty is opened after a fresh start of the application.
  reloadShare: 0.05,
  // Together 0.85 writes and 0.85 read-backs to 4 reads and 0.1 sign-in reads: 85 % reads.
  editShare: 0.45,
  noteShare: 0.4,
  objectives,
  // Assumption: three nines over the hold, the usual first objective of an internal service.
  failureBudget: 0.001,
} as const;

/**
 * 4,000 users (A4) with a median of 15 s between clicks, mean 18 s, offer about 220 requests a second. TPC-C's
 * New-Order, people at a business terminal too, has 18 s of keying and 12 s of thinking (clause 5.2.5.7).
 */
const standard: z.input<typeof Profile> = {
  ...office,
  name: 'default',
  sizeBytes: STANDARD.sizeBytes,
  virtualUsers: STANDARD.users,
  rampSeconds: 60,
  // Measured: the seconds after the ramp are slower until every user has worked a little; 15 s or so on 2 cores.
  settleSeconds: 20,
  holdSeconds: 90,
  thinkTimeMedianMs: 15_000,
  // A p95 stands on its five slowest samples in a hundred; fewer say little.
  minimumSamples: 100,
};

/** For CI: the same work by 50 users in a hurry. It proves the machinery and the guarantees, not a capacity. */
const smoke: z.input<typeof Profile> = {
  ...office,
  name: 'smoke',
  sizeBytes: 8e6,
  virtualUsers: 50,
  rampSeconds: 3,
  settleSeconds: 2,
  holdSeconds: 12,
  thinkTimeMedianMs: 300,
  minimumSamples: 5,
};

export const profiles = { default: Profile.parse(standard), smoke: Profile.parse(smoke) } as const;
