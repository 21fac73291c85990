import { atFullSize, type ScenarioShape } from './scenario.ts';

/**
 * A closed system asks for less when it is answered slowly, an open one does not (Schroeder, Wierman and
 * Harchol-Balter, "Open versus closed: a cautionary tale", NSDI 2006): where the objective is a rate, this is the test.
 */
export const peakRate: ScenarioShape = {
  ...atFullSize,
  name: 'peak-rate',
  why: 'Does the rate of 4,000 users stay within the objectives when nobody waits for an answer to ask again?',
  model: 'open',
  // The phases of `steady`, so that the two models can be held against each other.
  phases: [
    { name: 'ramp', seconds: 60, share: 1, counts: false },
    { name: 'settle', seconds: 20, share: 1, counts: false },
    { name: 'hold', seconds: 90, share: 1, counts: true },
  ],
};
