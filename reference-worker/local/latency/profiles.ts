import instant from './instant.json' with { type: 'json' };
import pessimistic from './pessimistic.json' with { type: 'json' };
import { LatencyProfile } from './profile.ts';
import ukEu from './uk-eu.json' with { type: 'json' };

/** The profiles that come with the platform. */
export const latencyProfiles = {
  instant: LatencyProfile.parse(instant),
  'uk-eu': LatencyProfile.parse(ukEu),
  pessimistic: LatencyProfile.parse(pessimistic),
} as const;
