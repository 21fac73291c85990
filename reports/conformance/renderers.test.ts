import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { z } from 'zod';
import { renderConsole, renderMarkdown } from '../render/index.ts';
import type { ConformanceResult } from '../schema/index.ts';
import { HOSTILE } from '../testing/hostile-result.ts';
import { renderJunit } from './junit.ts';
import { conformanceReport } from './report.ts';
import { renderSarif } from './sarif.ts';
import { hostileConformance } from './testing/hostile-conformance.ts';
import { failedCheck, sampleCheck, sampleConformance } from './testing/sample-conformance.ts';

const schemaFile = (name: string): string => readFileSync(join(import.meta.dirname, 'schemas', name), 'utf8');

const results = [
  ['a run with one check of every kind', sampleConformance()],
  ['a run in which all passed', sampleConformance({ checks: [sampleCheck()] })],
  ['a run that never began', sampleConformance({ checks: [], preflightProblem: 'unreachable: nobody.' })],
  ['a run full of hostile text', hostileConformance(HOSTILE)],
] as const;

describe('junit.xml', () => {
  const xsd = schemaFile('junit.xsd');
  const validate = (xml: string) =>
    validateXML({ xml: [{ fileName: 'junit.xml', contents: xml }], schema: [xsd] });

  test.each(results)('follows the schema of JUnit: %s', async (_, result) => {
    const { valid, errors } = await validate(await renderJunit(result));

    expect(errors).toEqual([]);
    expect(valid).toBe(true);
  });

  test('the schema refuses what is no JUnit', async () => {
    const { valid } = await validate('<testsuites><testcase name="alone"/></testsuites>');

    expect(valid).toBe(false);
  });

  test('counts: FAIL fails, INCONCLUSIVE is an error, SKIPPED is skipped, and the verdict is a case', async () => {
    const xml = await renderJunit(sampleConformance());

    expect(xml).toContain('name="isolation" tests="1" failures="1" errors="0" skipped="0"');
    expect(xml).toContain('name="cache" tests="1" failures="0" errors="1" skipped="0"');
    expect(xml).toContain('name="limits" tests="1" failures="0" errors="0" skipped="1"');
    expect(xml).toContain('name="verdict" tests="1" failures="1"');
    expect(xml).toContain('<property name="verdict" value="FAIL"/>');
    expect(xml).toContain('<skipped>needs a Worker that uses KV</skipped>');
  });

  test('a run that never began is not green', async () => {
    const [, [, never]] = [results[0], results[2]];

    expect(await renderJunit(never)).toContain('name="verdict" tests="1" failures="0" errors="1"');
  });

  test('any text leaves it well-formed', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', minLength: 1 }), { numRuns: 60, seed: 1 });
    const xml = await renderJunit(hostileConformance(texts.join('')));

    const { errors } = await validate(xml);
    expect(errors).toEqual([]);
  });
});

const Sarif = z.object({
  runs: z.tuple([
    z.object({
      tool: z.object({ driver: z.object({ rules: z.array(z.looseObject({ id: z.string() })) }) }),
      invocations: z.tuple([
        z.looseObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(z.looseObject({ level: z.string() })),
        }),
      ]),
      results: z.array(
        z.looseObject({
          ruleId: z.string(),
          ruleIndex: z.number(),
          level: z.string(),
          message: z.object({ text: z.string() }),
          partialFingerprints: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ]),
});
const sarifOf = (result: ConformanceResult) => Sarif.parse(JSON.parse(renderSarif(result))).runs[0];

describe('results.sarif', () => {
  let validate: ValidateFunction;
  beforeAll(() => {
    // The schema has a pattern that is none under the u flag.
    const ajv = new Ajv({ strict: false, unicodeRegExp: false });
    addFormats(ajv);
    validate = ajv.compile(JSON.parse(schemaFile('sarif-2.1.0.json')));
  });

  test.each(results)('follows the schema of SARIF 2.1.0: %s', (_, result) => {
    validate(JSON.parse(renderSarif(result)));

    expect(validate.errors).toBeNull();
  });

  test('the schema refuses what is no SARIF', () => {
    expect(validate({ version: '2.1.0', runs: [{}] })).toBe(false);
  });

  test('has a rule for each check and a result for each broken claim, with witness and command', () => {
    const { tool, results: found, invocations } = sarifOf(sampleConformance());

    expect(tool.driver.rules.map(({ id }) => id)).toEqual(sampleConformance().checks.map(({ id }) => id));
    expect(tool.driver.rules[0]).toMatchObject({ properties: { 'security-severity': '9.5' } });
    expect(found.map(({ ruleId, ruleIndex, level }) => [ruleId, ruleIndex, level])).toEqual([
      ['isolation/swapped-id', 0, 'error'],
      ['isolation/swapped-id', 0, 'error'],
    ]);
    expect(found[0]?.message.text).toContain('However, alder read it.');
    expect(found[0]?.message.text).toContain('npm run conformance -- --only isolation/swapped-id');
    expect(invocations[0].toolExecutionNotifications.map(({ level }) => level)).toEqual(['error', 'note']);
    expect(invocations[0].executionSuccessful).toBe(true);
  });

  test('a control that does not hold is no result: nothing is known of the claims', () => {
    const open = failedCheck({
      verdict: 'INCONCLUSIVE',
      broken: [{ kind: 'control', text: 'its owner reads it' }],
    });

    expect(sarifOf(sampleConformance({ checks: [open] })).results).toEqual([]);
  });

  test('a run that proved nothing did not succeed', () => {
    expect(sarifOf(results[2][1]).invocations[0].executionSuccessful).toBe(false);
  });

  test('a claim keeps its fingerprint when only its numbers change, and no other claim has it', () => {
    const fingerprints = ['4 reads are right', '5 reads are right', '5 writes are right'].map((text) => {
      const check = failedCheck({ broken: [{ kind: 'claim', text }] });
      return sarifOf(sampleConformance({ checks: [check] })).results[0]?.partialFingerprints[
        'shardproofClaim/v1'
      ];
    });

    expect(fingerprints[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprints[1]).toBe(fingerprints[0]);
    expect(fingerprints[2]).not.toBe(fingerprints[0]);
  });
});

describe('summary.md', () => {
  test('leads with the verdict, shows the witness with its timeline, and a table for each area', () => {
    const summary = renderMarkdown(conformanceReport(sampleConformance(), {}));

    const order = [
      '## ❌ FAIL',
      '1 FAIL, 1 INCONCLUSIVE',
      '#### FAIL isolation',
      'However, alder',
      '#### consistency',
    ];
    const places = order.map((part) => summary.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(summary).toContain('](witnesses/isolation-swapped-id/1/timeline.svg)');
    expect(summary).toContain('```sh\nnpm run conformance -- --seed 7\n```');
  });

  test('text from the result breaks out of no table, fence or link', () => {
    const summary = renderMarkdown(conformanceReport(hostileConformance(`${HOSTILE}\n\`\`\`\n# out`), {}));

    const outside = summary.replaceAll(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, '');
    expect(outside).not.toMatch(/^# out/m);
    expect(outside).not.toContain('<script>');
    expect(outside).not.toMatch(/^```/m);
  });
});

test('a command of backticks does not end the fence that it is in', () => {
  const summary = renderMarkdown(conformanceReport(sampleConformance({ reproduce: '```' }), {}));

  expect(summary).toContain('````sh\n```\n````');
});

describe('the terminal', () => {
  const shown = renderConsole(conformanceReport(sampleConformance(), {}), { colour: false, columns: 100 });

  test('has a line for each check, then what failed and the command, and the verdict last', () => {
    const order = [
      '- SKIPPED limits/sample',
      '✗ FAIL isolation/swapped-id',
      'However, alder read it.',
      '\n✗ FAIL  decided by',
    ];
    const places = order.map((part) => shown.indexOf(part));

    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(shown).toContain('    npm run conformance -- --only isolation/swapped-id --seed 7');
    expect(shown).toContain('Skipped       1: needs a Worker that uses KV');
    expect(shown.split('\n').filter((line) => line.length > 100 && !line.includes('curl'))).toEqual([]);
  });

  test('text from the result cannot move the cursor, and colour adds nothing but styles', () => {
    const hostile = renderConsole(conformanceReport(hostileConformance(HOSTILE), {}), {
      colour: false,
      columns: 100,
    });
    const coloured = renderConsole(conformanceReport(sampleConformance(), {}), {
      colour: true,
      columns: 100,
    });

    expect(hostile).not.toContain('\u001b');
    expect(coloured).toContain('\u001b[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: styles begin with one
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(shown);
  });
});
