import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { badOption, type CommandError, fromCaller } from '../../reports/command/index.ts';

/** The outputs of k6 that write a file: what stands before its name, the name, and what follows (k6's documentation, "Results output"). */
const FILE_OUTPUT = /^((?:json|csv)=(?:.*fileName=)?)([^,]+)/;

/** The same output with its file, if it writes one, as `change` has it. */
export const withFile = (output: string, change: (file: string) => string): string =>
  output.replace(FILE_OUTPUT, (_, before: string, file: string) => before + change(file));

/** The same output with its file from where the command was given. */
export const outputFromCaller = (output: string): string => withFile(output, (file) => fromCaller(file));

/** Of no kind of output: k6 makes every output before it starts one, and stops at the first that it cannot make. */
const NO_OUTPUT = 'none-of-these';

/**
 * Lets k6 make the outputs that were asked for, and start none of them: minutes later it would be too late.
 *
 * @param outputs as --out takes them, with their files in full
 * @throws CommandError `bad_option` with k6's own message
 */
export async function assertOutputs(k6File: string, outputs: readonly string[]): Promise<void> {
  if (outputs.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'shardproof-outputs-'));
  try {
    const script = join(folder, 'script.js');
    writeFileSync(script, 'export default function () {}\n');
    for (const output of outputs) {
      assertFolder(output);
      const said = await complaint(k6File, [`--out=${output}`, `--out=${NO_OUTPUT}`, script], folder);
      if (!said.includes(`'${NO_OUTPUT}'`)) throw refused(output, said);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function assertFolder(output: string): void {
  const file = FILE_OUTPUT.exec(output)?.[2];
  if (file !== undefined && !existsSync(dirname(file)))
    throw refused(output, `there is no folder ${dirname(file)}`);
}

/** What k6 says on its way out. */
const complaint = (file: string, args: readonly string[], cwd: string): Promise<string> =>
  new Promise((resolve) => {
    execFile(file, ['run', '--log-format=raw', '--no-usage-report', ...args], { cwd }, (_, __, stderr) =>
      resolve(stderr.trim()),
    );
  });

const refused = (output: string, why: string): CommandError => badOption('k6-out', `${output}: ${why}`);
