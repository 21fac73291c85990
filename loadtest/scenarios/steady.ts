import { atFullSize, type ScenarioShape } from './scenario.ts';

export const steady: ScenarioShape = {
  ...atFullSize,
  name: 'steady',
  why: 'Do 4,000 people who work at once stay within the objectives?',
  model: 'closed',
  phases: [
    { name: 'ramp', seconds: 60, share: 1, counts: false },
    // Measured: the seconds after the ramp are slower until every user has worked a little; 15 s or so on 2 cores.
    { name: 'settle', seconds: 20, share: 1, counts: false },
    // Five mean think times: every user is seen at every step of its work, most of them several times.
    { name: 'hold', seconds: 90, share: 1, counts: true },
  ],
};
