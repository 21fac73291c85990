/**
 * What stands against a rule since before the rule, by room. These numbers only fall: whoever mends one takes it off, and a room
 * without any has no line.
 */
export const ALLOWED = {
  small: {
    loadtest: 1,
  },
  pastTarget: {
    loadtest: 30,
  },
  pastIndex: {
    loadtest: 63,
  },
  circles: {
    loadtest: 2,
  },
  twice: {},
  coined: {
    loadtest: 4,
    'reference-worker/local': 1,
    reports: 112,
  },
  domain: {
    loadtest: 32,
    'reference-worker/local': 4,
  },
} satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;
