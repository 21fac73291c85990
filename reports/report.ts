import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  CommandError,
  type Invocation,
  readOptions,
  spelledAsCalled,
  WORKSPACE,
  wholeNumber,
} from './command/index.ts';
import { ReportError } from './errors.ts';
import { diffRows, listOf, readHistory, renderTrend } from './history/index.ts';
import { KINDS } from './schema/index.ts';
import { RUNS_FOLDER } from './store/index.ts';

const TREND_FILE = 'trend.html';

/** The verb that makes a run of each kind. */
const VERB_OF = {
  capacity: 'capacity',
  conformance: 'conformance',
  comparison: 'compare',
  rehearsal: 'rehearse',
  'remote-load': 'capacity',
} as const;

const Flags = z.strictObject({
  list: z.boolean(),
  trend: z.boolean(),
  diff: z.array(z.string()).length(2, 'takes two runs, the older one first').optional(),
  kind: z.enum(KINDS).optional(),
  last: wholeNumber(1).optional(),
});

/** `npm run report`: what the stored runs came to. @returns the exit code */
export async function report({ given }: Invocation): Promise<number> {
  const { list, trend, diff, ...selection } = readOptions(Flags, given);
  if (!list && !trend && !diff)
    throw new CommandError('bad_option', 'refused', 'Nothing was asked for. Add --list, --trend or --diff.');
  if (diff) {
    const [before = '', after = ''] = diff;
    const { lines, hasGrown } = await diffRows(WORKSPACE, before, after);
    console.log(lines.join('\n'));
    if (hasGrown) return 1;
  }
  if (!list && !trend) return 0;
  const history = await readHistory(WORKSPACE);
  if (selection.kind !== undefined && !history.entries.some(({ kind }) => kind === selection.kind))
    throw new ReportError(
      'no_such_run',
      `No ${selection.kind} run is stored. ${spelledAsCalled(`shardproof ${VERB_OF[selection.kind]}`)} ` +
        'makes one; --list without --kind shows what there is.',
    );
  if (list) console.log(listOf(history, selection, { colour: process.stdout.hasColors?.() ?? false }));
  if (trend) {
    const page = await renderTrend(history, selection);
    await mkdir(join(WORKSPACE, RUNS_FOLDER), { recursive: true });
    await writeFile(join(WORKSPACE, RUNS_FOLDER, TREND_FILE), page);
    console.log(`./${RUNS_FOLDER}/${TREND_FILE}`);
  }
  return 0;
}
