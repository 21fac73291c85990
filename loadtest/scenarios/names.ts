/** Apart from the scenarios, so that a command line can be explained without making them. */
export const SCENARIO_NAMES = [
  'steady',
  'office-day',
  'peak-rate',
  'spike',
  'soak',
  'step',
  'smoke',
  'readers',
] as const;
