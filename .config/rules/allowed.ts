/**
 * What stands against a rule since before the rule, by room. These numbers only fall: whoever mends one takes it off, and a room
 * without any has no line.
 */
export const ALLOWED = {
  small: {},
  pastTarget: {},
  pastIndex: {},
  circles: {},
  twice: {},
  coined: {
    'reference-worker/local': 1,
  },
  domain: {
    'reference-worker/local': 4,
  },
} satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;
