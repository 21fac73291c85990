/** Points of presence in the United Kingdom, each with a socket and an isolate of its own. */
export const POPS = ['LHR', 'MAN', 'EDI'] as const;
export type Pop = (typeof POPS)[number];
