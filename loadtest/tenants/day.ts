import type { Phase } from '../../reports/schema/index.ts';
import { shapes } from '../scenarios/index.ts';

/** Shares of the users who are at work, by the minute of the day, in the order of time. */
export type WorkDay = readonly (readonly [minute: number, share: number])[];

const MINUTES_PER_HOUR = 60;
const OFFICE_STARTS_MINUTE = 8 * MINUTES_PER_HOUR;
/** The scenario office-day shows an hour in so many seconds. */
const SECONDS_PER_HOUR_SHOWN = 48;

/** The day that the scenario office-day plays. */
export const OFFICE_DAY: WorkDay = officeDay(shapes['office-day'].phases);

function officeDay(phases: readonly Phase[]): WorkDay {
  let minute = OFFICE_STARTS_MINUTE;
  return [
    [minute, 0],
    ...phases.map(({ seconds, share }) => {
      minute += (seconds / SECONDS_PER_HOUR_SHOWN) * MINUTES_PER_HOUR;
      return [minute, share] as const;
    }),
  ];
}

/** @param shares by the time of day, as in `09:00` */
export const dayOf = (shares: Readonly<Record<string, number>> | undefined): WorkDay =>
  shares === undefined
    ? OFFICE_DAY
    : Object.entries(shares)
        .map(([time, share]) => [minuteOf(time), share] as const)
        .toSorted(([one], [other]) => one - other);

function minuteOf(time: string): number {
  const [hours = Number.NaN, minutes = Number.NaN] = time.split(':').map(Number);
  return hours * MINUTES_PER_HOUR + minutes;
}

/** @returns as in `09:00` */
export const timeOfDay = (minute: number): string =>
  [Math.floor(minute / MINUTES_PER_HOUR), Math.round(minute % MINUTES_PER_HOUR)]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');

/** Which share of the users is at work at a minute of the day, on the straight line between the times of the day. */
export function shareAt(day: WorkDay, minute: number): number {
  const after = day.findIndex(([at]) => at >= minute);
  const [atAfter, shareAfter] = day[after] ?? [0, 0];
  if (after <= 0) return after === 0 && atAfter === minute ? shareAfter : 0;
  const [atBefore, shareBefore] = day[after - 1] ?? [0, 0];
  return shareBefore + ((shareAfter - shareBefore) * (minute - atBefore)) / (atAfter - atBefore);
}

/**
 * When most people are at work. The sum of straight lines is greatest where one of them bends.
 *
 * @param those days with how many users each has
 * @returns the earliest such minute
 */
export function busiestMinute(those: readonly { readonly day: WorkDay; readonly users: number }[]): number {
  const minutes = [...new Set(those.flatMap(({ day }) => day.map(([minute]) => minute)))].toSorted(
    (one, other) => one - other,
  );
  let [busiest, most] = [0, -1];
  for (const minute of minutes) {
    const atWork = those.reduce((sum, { day, users }) => sum + users * shareAt(day, minute), 0);
    if (atWork > most + 1e-9) [busiest, most] = [minute, atWork];
  }
  return busiest;
}

/** How many hours at the load of one minute ask for as much as the whole day; 0 where nobody is at work then. */
export function fullHours(day: WorkDay, minute: number): number {
  const share = shareAt(day, minute);
  const areas = day.slice(1).map(([at, to], index) => {
    const [before, from] = day[index] ?? [at, to];
    return ((at - before) * (from + to)) / 2;
  });
  return share === 0 ? 0 : areas.reduce((sum, area) => sum + area, 0) / share / MINUTES_PER_HOUR;
}
