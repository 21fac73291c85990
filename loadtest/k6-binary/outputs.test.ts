import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assertOutputs, outputFromCaller } from './outputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'outputs-'));
/** Makes outputs in order as k6 does (cmd/outputs.go of k6), and knows two. */
const k6 = join(folder, 'k6');
writeFileSync(
  k6,
  `#!/bin/sh
for word; do case "$word" in
  --out=json=*|--out=opentelemetry) ;;
  --out=*) echo "invalid output type '\${word#--out=}', available types are: json, opentelemetry" >&2; exit 255;;
esac; done
echo ran >> ${folder}/ran
`,
);
chmodSync(k6, 0o755);

test('outputs that k6 can make are let through', async () => {
  await expect(
    assertOutputs(k6, [`json=${join(folder, 'samples.json')}`, 'opentelemetry']),
  ).resolves.toBeUndefined();
});

test.each([
  ['graphite', "bad_option: --k6-out: graphite: invalid output type 'graphite', available types are: json"],
  ['json=/no/such/folder/samples.json', 'there is no folder /no/such/folder.'],
])('%s is refused with the words of k6', async (output, words) => {
  await expect(assertOutputs(k6, ['opentelemetry', output])).rejects.toThrow(words);
});

test('a file is meant from where the command was given', () => {
  const here = process.env.INIT_CWD ?? process.cwd();

  expect(outputFromCaller('json=out/samples.json')).toBe(`json=${here}/out/samples.json`);
  expect(outputFromCaller('csv=fileName=a.csv,saveInterval=2s')).toBe(
    `csv=fileName=${here}/a.csv,saveInterval=2s`,
  );
  expect(outputFromCaller('csv=/tmp/a.csv')).toBe('csv=/tmp/a.csv');
  expect(outputFromCaller('opentelemetry')).toBe('opentelemetry');
});
