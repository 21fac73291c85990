import { atFullSize, type ScenarioShape } from '../scenarios/index.ts';
import { BLOCK_USERS } from './defaults.ts';

/**
 * The load of one block, the same on every treatment: the 100 requests a second of 1,800 people in the office, by fewer in a hurry,
 * so that half a minute takes them through their whole work. Under the profile uk-eu it keeps the primary of a shard far below
 * what it can do: what a neighbour adds is seen, and not this machine.
 */
export const blockShape: ScenarioShape = {
  ...atFullSize,
  name: 'compare',
  why: 'The same people at the same work on each placement, in turns: what does the placement change?',
  model: 'closed',
  virtualUsers: BLOCK_USERS,
  // Assumption: small enough to be copied afresh for each block, large enough that an index is more than one page deep.
  sizeBytes: 256e6,
  thinkTimeMedianMs: 1_000,
  // No block is judged alone, and a block sees the rarest operation some twenty times.
  minimumSamples: 1,
  phases: [
    { name: 'ramp', seconds: 4, share: 1, counts: false },
    // With the ramp eight think times: who came first has signed in, searched, read and begun to write.
    { name: 'settle', seconds: 6, share: 1, counts: false },
    // 2,000 requests, twenty of them beyond the p99.
    { name: 'hold', seconds: 20, share: 1, counts: true },
  ],
};
