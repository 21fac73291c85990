import type { Phase } from '../../reports/schema/index.ts';
import { durationSecondsOf, shapes } from '../scenarios/index.ts';

/** Assumption: the working days of a UK year, 252 or 253, in twelve months. */
export const WORKING_DAYS = 21;
/** Assumption: 08:00 to 17:30, the hours that `office-day` compresses. */
const HOURS_PER_DAY = 9.5;
const SECONDS_PER_HOUR = 3_600;

const { 'office-day': officeDay } = shapes;
/** How much of the full load an office day asks for on average. */
const MEAN_SHARE = fullLoadSeconds(officeDay.phases, () => true) / durationSecondsOf(officeDay);

export const MONTH_ASSUMPTION =
  `A month has ${WORKING_DAYS} working days from 08:00 to 17:30 in the shape of the scenario office-day, which on average ` +
  `asks for ${Math.round(MEAN_SHARE * 100)} % of the full load; at other times nothing happens (assumption).`;

export const dayAssumption = (fullHoursPerDay: number): string =>
  `A month has ${WORKING_DAYS} working days as the tenants file has the tenant's, as many requests as ${fullHoursPerDay.toFixed(1)} hours ` +
  'at the load of the run (assumption).';

/**
 * How many times what happened in the phases that count happens in a month.
 *
 * @param phases of the run, at least one of which counts and asks for some load
 * @param fullHoursPerDay how many hours at full load make a day; an office day unless told otherwise
 * @returns above 0
 */
export function timesInMonth(phases: readonly Phase[], fullHoursPerDay = HOURS_PER_DAY * MEAN_SHARE): number {
  const monthSeconds = WORKING_DAYS * SECONDS_PER_HOUR * fullHoursPerDay;
  return monthSeconds / fullLoadSeconds(phases, ({ counts }) => counts);
}

/**
 * How many people at work ask for as much at full load: a run's users may be in a hurry, so that its requests are those of other
 * numbers of people (N = X Z, as for the ladder's people).
 *
 * @param requests in the phases that count
 * @param meanThinkTimeMs of people at work
 */
export const peopleAtWork = (phases: readonly Phase[], requests: number, meanThinkTimeMs: number): number =>
  (requests / fullLoadSeconds(phases, ({ counts }) => counts)) * (meanThinkTimeMs / 1000);

/** Seconds at full load that ask for as much as these phases; each moves in a straight line from the one before. */
function fullLoadSeconds(phases: readonly Phase[], isIncluded: (phase: Phase) => boolean): number {
  const areas = phases.map((phase, at) => {
    const meanShare = (phase.share + (phases[at - 1]?.share ?? 0)) / 2;
    return isIncluded(phase) ? phase.seconds * meanShare : 0;
  });
  return areas.reduce((sum, area) => sum + area, 0);
}
