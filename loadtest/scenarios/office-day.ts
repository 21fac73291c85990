import { atFullSize, type ScenarioShape } from './scenario.ts';

/**
 * 08:00 to 17:30 in London, an hour in 48 s; people think no faster for it. That the day has two peaks with a dip
 * between them is what Microsoft saw in keyboard activity ("The rise of the triple peak day", Work Trend Index
 * special report, 2022; the third, in the evening, is outside office hours). Hours and shares are assumptions.
 */
export const officeDay: ScenarioShape = {
  ...atFullSize,
  name: 'office-day',
  why: 'Does a UK working day of 4,000 people stay within the objectives, from the sign-in storm to going home?',
  model: 'closed',
  phases: [
    // 08:00: the early ones; their first requests also warm everything up.
    { name: 'early', seconds: 24, share: 0.1, counts: false },
    // 08:30 to 09:15: most people start within three quarters of an hour.
    { name: 'sign-in-storm', seconds: 36, share: 0.9, counts: true },
    { name: 'late-arrivals', seconds: 36, share: 1, counts: true },
    // 10:00 to 12:00: everybody is at work.
    { name: 'mid-morning-peak', seconds: 96, share: 1, counts: true },
    // 12:00 to 14:00: half of the staff eat at any time; the others cover for them.
    { name: 'leaving-for-lunch', seconds: 24, share: 0.5, counts: true },
    { name: 'lunch-dip', seconds: 48, share: 0.5, counts: true },
    { name: 'back-from-lunch', seconds: 24, share: 0.95, counts: true },
    // 14:00 to 16:00: one in twenty has a half day.
    { name: 'mid-afternoon-peak', seconds: 96, share: 0.95, counts: true },
    // 16:00 to 17:30.
    { name: 'going-home', seconds: 72, share: 0.1, counts: true },
  ],
};
