/**
 * What stands against a rule since before the rule, by room. These numbers only fall: whoever mends one takes it off, and a room
 * without any has no line.
 */
export const ALLOWED = {
  small: {
    loadtest: 1,
    'reference-worker/local': 1,
    reports: 1,
  },
  pastTarget: {
    conformance: 23,
    loadtest: 35,
  },
  pastIndex: {
    conformance: 46,
    fixtures: 143,
    loadtest: 78,
    'reference-worker/local': 4,
    'reference-worker/shared-shards': 22,
    reports: 34,
  },
  circles: {
    conformance: 1,
    loadtest: 2,
    'reference-worker/shared-shards': 1,
  },
  twice: {
    '.config': 1,
    conformance: 15,
    fixtures: 13,
    loadtest: 1,
    'reference-worker/local': 3,
    'reference-worker/shared-shards': 5,
    'reference-worker/target': 1,
    reports: 4,
  },
  coined: {
    '.github': 9,
    conformance: 142,
    fixtures: 58,
    loadtest: 618,
    'reference-worker/local': 394,
    'reference-worker/shared-shards': 8,
    'reference-worker/target': 18,
    reports: 435,
  },
  domain: {
    conformance: 46,
    fixtures: 66,
    loadtest: 54,
    'reference-worker/local': 4,
    'reference-worker/target': 1,
    reports: 1,
  },
} satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;
