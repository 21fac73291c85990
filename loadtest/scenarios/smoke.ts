import { atFullSize, type ScenarioShape } from './scenario.ts';

/** Small numbers throughout, so that CI gets an answer in 45 s. */
export const smoke: ScenarioShape = {
  ...atFullSize,
  name: 'smoke',
  why: 'Do the machinery and the guarantees hold? The same work by 50 users in a hurry; it shows no capacity.',
  showsCapacity: false,
  model: 'closed',
  virtualUsers: 50,
  sizeBytes: 8e6,
  thinkTimeMedianMs: 300,
  minimumSamples: 5,
  phases: [
    { name: 'ramp', seconds: 3, share: 1, counts: false },
    { name: 'settle', seconds: 2, share: 1, counts: false },
    { name: 'hold', seconds: 12, share: 1, counts: true },
  ],
};
