import type { Phase } from '../../reports/schema/index.ts';
import type { Scenario } from './scenario.ts';
import { atFullSize, type ScenarioShape } from './scenario.ts';

export const RUNGS = 10;
const CLIMB_SECONDS = 10;
const RUNG_SECONDS = 45;
const RUNG = 'rung-';

/** The ladder for this many users at its top: each rung is named after its users, as in `rung-1000`. */
export function ladder(virtualUsers: number, rungSeconds = RUNG_SECONDS): Phase[] {
  return Array.from({ length: RUNGS }, (_, at) => {
    const share = (at + 1) / RUNGS;
    const users = Math.round(virtualUsers * share);
    return [
      { name: `climb-${users}`, seconds: CLIMB_SECONDS, share, counts: false },
      { name: `${RUNG}${users}`, seconds: rungSeconds, share, counts: true },
    ];
  }).flat();
}

/** Whether a scenario climbs rungs: beyond the knee it breaks its objectives by design. */
export const isLadder = ({ phases }: Pick<Scenario, 'phases'>): boolean =>
  phases.some(({ name }) => name.startsWith(RUNG));

/**
 * Half of the users, who think for a tenth of the time that people in an office do: at the top they offer 1,100 requests a second, beyond what the
 * platform sustains on two cores, and k6, which pays for each user in memory, does not become the limit first. The knee
 * is a number of such users and a rate; the rate is what carries over to slower people.
 */
export const step: ScenarioShape = {
  ...atFullSize,
  name: 'step',
  why: 'How many users, and how many requests a second, can the target sustain, and what gives way first?',
  model: 'closed',
  virtualUsers: atFullSize.virtualUsers / 2,
  peopleAtWork: atFullSize.virtualUsers,
  thinkTimeMedianMs: 1_500,
  phases: ladder(atFullSize.virtualUsers / 2),
};
