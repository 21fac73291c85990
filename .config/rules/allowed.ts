/**
 * What stands against a rule since before the rule, by room. These numbers only fall: whoever mends one takes it off, and a room
 * without any has no line.
 */
export const ALLOWED = {
  small: {
    conformance: 3,
    loadtest: 2,
    'reference-worker/local': 2,
    'reference-worker/shared-shards': 1,
    'reference-worker/target': 2,
    reports: 1,
  },
  pastTarget: {
    conformance: 46,
    loadtest: 66,
  },
  pastIndex: {
    conformance: 130,
    fixtures: 162,
    loadtest: 179,
    'reference-worker/local': 74,
    'reference-worker/shared-shards': 22,
    'reference-worker/target': 1,
    reports: 99,
  },
  circles: {
    conformance: 1,
    loadtest: 2,
    'reference-worker/local': 1,
    'reference-worker/shared-shards': 1,
    'reference-worker/target': 1,
  },
  twice: {
    '.config': 1,
    conformance: 15,
    fixtures: 19,
    loadtest: 10,
    'reference-worker/local': 10,
    'reference-worker/shared-shards': 5,
    'reference-worker/target': 2,
    reports: 4,
  },
  coined: {
    '.github': 11,
    'README.md': 12,
    conformance: 1292,
    fixtures: 60,
    loadtest: 707,
    'package.json': 2,
    'reference-worker/local': 507,
    'reference-worker/shared-shards': 28,
    'reference-worker/target': 19,
    reports: 439,
  },
  domain: {
    conformance: 72,
    fixtures: 71,
    loadtest: 157,
    'reference-worker/local': 4,
    'reference-worker/target': 17,
    reports: 1,
  },
} satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;
