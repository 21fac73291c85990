import { offeredPerSecond, type Scenario } from '../scenarios/index.ts';
import { askedShareAt, countingStretches } from './asked-load.ts';
import type { SecondOfLoad } from './timeline.ts';

/** k6's schedule is regular, yet a request may be seen in the second after its own. */
const MISSED_SHARE = 0.1;
const MISSED_REQUESTS = 2;

/**
 * How long the phases that count stood at the load they ask for: whole seconds of the clock in which the users were
 * there (closed model) or as many requests became due as should (open model).
 *
 * @param startedAtMs of the load, milliseconds since the epoch
 * @returns milliseconds; 0 when the load never began
 */
export function heldMs(
  scenario: Scenario,
  seconds: readonly SecondOfLoad[],
  startedAtMs: number | undefined,
): number {
  if (startedAtMs === undefined) return 0;
  const stretches = countingStretches(scenario.phases);
  const held = seconds.filter((second) => {
    const atSeconds = second.second - startedAtMs / 1000;
    const counts = stretches.some(
      ({ fromSeconds, toSeconds }) => atSeconds >= fromSeconds && atSeconds + 1 <= toSeconds,
    );
    return counts && isAtLoad(scenario, second, atSeconds);
  });
  return held.length * 1000;
}

function isAtLoad(scenario: Scenario, { virtualUsers, due }: SecondOfLoad, atSeconds: number): boolean {
  // The gauge is up to a second old, and users come and go along a slope: the least of the seconds around is owed.
  const shares = [atSeconds - 1, atSeconds, atSeconds + 1].map((at) => askedShareAt(scenario.phases, at));
  const share = Math.min(...shares.filter((asked) => asked !== undefined));
  if (scenario.model === 'closed') return virtualUsers >= Math.floor(share * scenario.virtualUsers);
  const asked = share * offeredPerSecond(scenario);
  return due >= asked - Math.max(MISSED_SHARE * asked, MISSED_REQUESTS);
}
