/**
 * What stands against a rule since before the rule, by room. These numbers only fall: whoever mends one takes it off, and a room
 * without any has no line.
 */
export const ALLOWED = {
  small: {
    loadtest: 2,
    'reference-worker/local': 1,
    reports: 1,
  },
  pastTarget: {
    conformance: 23,
    loadtest: 36,
  },
  pastIndex: {
    conformance: 78,
    fixtures: 143,
    loadtest: 125,
    'reference-worker/local': 4,
    'reference-worker/shared-shards': 22,
    reports: 103,
  },
  circles: {
    conformance: 1,
    loadtest: 2,
    'reference-worker/shared-shards': 1,
  },
  twice: {
    '.config': 1,
    conformance: 17,
    fixtures: 14,
    loadtest: 10,
    'reference-worker/local': 3,
    'reference-worker/shared-shards': 5,
    'reference-worker/target': 1,
    reports: 4,
  },
  coined: {
    '.github': 9,
    conformance: 142,
    fixtures: 58,
    loadtest: 677,
    'reference-worker/local': 394,
    'reference-worker/shared-shards': 8,
    'reference-worker/target': 18,
    reports: 439,
  },
  domain: {
    conformance: 72,
    fixtures: 66,
    loadtest: 143,
    'reference-worker/local': 4,
    'reference-worker/target': 1,
    reports: 1,
  },
} satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;
