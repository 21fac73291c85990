import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type DraftedDescription,
  draftDescription,
  loadSystem,
  makeExisting,
  preflight,
  type StartedTarget,
  startLocal,
} from '../reference-worker/target/index.ts';
import {
  CommandError,
  fromCaller,
  type Invocation,
  readOptions,
  spelledAsCalled,
  startProgress,
} from '../reports/command/index.ts';
import { CHECKS } from './checks/index.ts';
import { judgeableLines, routeLines } from './run/index.ts';

const FILE = 'shardproof.config.ts';
const CONFIGURATIONS = ['wrangler.jsonc', 'wrangler.json', 'wrangler.toml'];

const Flags = z.strictObject({ wrangler: z.string().optional(), env: z.string().optional() });

/** Writes a description of the Worker that is found here, and says what can be judged by it. @returns the exit code */
export async function init({ given, signal }: Invocation): Promise<number> {
  const { wrangler, env } = readOptions(Flags, given);
  const folder = fromCaller('.');
  const file = join(folder, FILE);
  if (existsSync(file))
    throw refusal(
      'already_described',
      `there is a ${FILE} already, and it is left as it is. Remove it, or go on with it.`,
    );
  const named = wrangler === undefined ? CONFIGURATIONS : [wrangler];
  const config = named.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (config === undefined)
    throw refusal(
      'no_configuration',
      `there is no ${named.join(', ')} in ${folder}. Go to the folder of your Worker, or name its configuration with --wrangler.`,
    );
  const draft = await draftDescription(config, env);
  // Never over another: somebody may have written it meanwhile.
  writeFileSync(file, draft.text, { flag: 'wx' });
  if (draft.data && !existsSync(join(folder, draft.data.file)))
    writeFileSync(join(folder, draft.data.file), draft.data.text, { flag: 'wx' });
  console.log(
    `${[FILE, ...(draft.data ? [draft.data.file] : [])].join(' and ')} are written, after ${draft.read.join('; ')}.`,
  );
  const line = startProgress('the Worker, as the description has it');
  let started: StartedTarget | undefined;
  try {
    const system = await loadSystem({ config: FILE }, folder);
    started = await startLocal({ system, environment: 'real-time', seed: 1 });
    signal.throwIfAborted();
    const { target, offer } = started;
    // Why they could not be made, the preflight says once more, behind what each route has said.
    await Promise.allSettled([makeExisting(target)]);
    const routes = await routeLines(target);
    const problem = await preflight(target).then(
      ({ showsCache }) => {
        if (showsCache) offer('kv');
        return undefined;
      },
      (error: unknown) => String(Object(error).message),
    );
    line.done('asked');
    for (const each of [...routes.lines, '', ...judgeableLines(target, CHECKS)]) console.log(each);
    return told(draft, [...routes.problems, ...(problem === undefined ? [] : [problem])]);
  } catch (error) {
    line.fail('it could not be asked');
    signal.throwIfAborted();
    if (!(error instanceof Error)) throw error;
    return told(draft, [error.message]);
  } finally {
    await started?.stop();
  }
}

function told({ decisions, data }: DraftedDescription, problems: readonly string[]): number {
  if (decisions.length > 0)
    console.log(['', `To decide in ${FILE}:`, ...decisions.map((each) => `  ${each}`)].join('\n'));
  if (problems.length > 0)
    console.log(
      ['', `To mend in ${FILE}, before anything is judged:`, ...problems.map((each) => `  ${each}`)].join(
        '\n',
      ),
    );
  console.log(`\nNext: ${spelledAsCalled('shardproof conformance --effort fast')}`);
  if (data) console.log(`Then: ${spelledAsCalled('shardproof capacity --scenario smoke')}`);
  return problems.length > 0 ? 1 : 0;
}

const refusal = (code: string, sentence: string): CommandError<string> =>
  new CommandError(code, 'refused', sentence);
