import { atFullSize, type ScenarioShape } from './scenario.ts';

export const soak: ScenarioShape = {
  ...atFullSize,
  name: 'soak',
  why: 'Does anything grow, leak or slow down while 4,000 people work for hours?',
  model: 'closed',
  phases: [
    { name: 'ramp', seconds: 60, share: 1, counts: false },
    { name: 'settle', seconds: 60, share: 1, counts: false },
    // Assumption: a leak that matters within a working day shows in a quarter of one; --hold makes it longer.
    { name: 'hold', seconds: 7_200, share: 1, counts: true },
  ],
};
