import { atFullSize, type ScenarioShape } from './scenario.ts';

export const spike: ScenarioShape = {
  ...atFullSize,
  name: 'spike',
  why: 'What do 4,000 people meet who all sign in within half a minute, as after an outage?',
  model: 'closed',
  phases: [
    // No warm-up: the cold start is the question. That all come within 30 s is an assumption.
    { name: 'spike', seconds: 30, share: 1, counts: true },
    // Apart from the spike, so that the report shows whether the target comes back.
    { name: 'recovery', seconds: 90, share: 1, counts: true },
  ],
};
