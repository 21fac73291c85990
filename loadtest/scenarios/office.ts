import { STANDARD } from '../../fixtures/index.ts';
import { objectives } from './objectives.ts';

/**
 * The people and their work, the same in every scenario: a scenario says how many of them come when.
 *
 * 4,000 users (A4) with a median of 15 s between clicks, mean 18 s, offer about 220 requests a second. TPC-C's
 * New-Order, people at a business terminal too, has 18 s of keying and 12 s of thinking (clause 5.2.5.7).
 */
export const office = {
  virtualUsers: STANDARD.users,
  sizeBytes: STANDARD.sizeBytes,
  seed: STANDARD.seed,
  thinkTimeMedianMs: 15_000,
  // Assumption: a person who works on one client reads for some seconds between clicks; the tail is long.
  thinkTimeSigma: 0.6,
  // The request distribution of YCSB (Cooper et al., SoCC 2010): a few clients are on everybody's desk.
  zipfExponent: 0.99,
  // Requirement B11 names the PoPs. The shares are an assumption: most staff are in the south-east.
  popShares: { LHR: 0.6, MAN: 0.3, EDI: 0.1 },
  // Assumption: one client in twenty is opened after a fresh start of the application.
  reloadShare: 0.05,
  // Together 0.85 writes and 0.85 read-backs to 4 reads and 0.1 sign-in reads: 85 % reads.
  editShare: 0.45,
  noteShare: 0.4,
  // A p95 stands on its five slowest samples in a hundred; fewer say little.
  minimumSamples: 100,
  ...objectives,
} as const;
