import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { sampleComparison } from './comparison/testing/sample-comparison.ts';
import { sampleConformance } from './conformance/testing/sample-conformance.ts';
import { KINDS } from './schema/index.ts';
import { schemaFiles } from './schema-files.ts';
import { sampleResult } from './testing/sample-result.ts';

const published = (name: string): object =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'schema', name), 'utf8'));

test('there is one for each kind of result, and each is as it was published', () => {
  const files = schemaFiles();

  expect([...files.keys()]).toEqual(KINDS.map((kind) => `${kind}.schema.json`));
  for (const [name, schema] of files) expect(published(name)).toEqual(JSON.parse(JSON.stringify(schema)));
});

describe('a published schema', () => {
  const validatorOf = (kind: string) => {
    const ajv = new Ajv2020({ strict: false });
    addFormats(ajv);
    return ajv.compile(published(`${kind}.schema.json`));
  };

  test.each([
    ['capacity', sampleResult()],
    ['comparison', sampleComparison()],
    ['conformance', sampleConformance()],
  ])('of a %s run takes what a run leaves, and nothing else', (kind, result) => {
    const validate = validatorOf(kind);

    expect([validate(JSON.parse(JSON.stringify(result))), validate.errors]).toEqual([true, null]);
    expect(validate({ ...result, verdict: 'PASS' })).toBe(false);
    expect(validate({ ...result, surprise: 1 })).toBe(false);
  });
});
