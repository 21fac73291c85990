import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { sourcedNumbers } from '../../reference-worker/target/index.ts';
import {
  badOption,
  exitCodeOf,
  fromCaller,
  type Invocation,
  readOptions,
  startProgress,
  timeLeft,
  wholeNumber,
} from '../../reports/command/index.ts';
import { formatCount, formatUsd } from '../../reports/document/index.ts';
import { PRICE_SOURCE } from '../headroom/index.ts';
import { diffOf } from './diff.ts';
import { type CalibrationFindings, findingsOf, type Measured } from './findings.ts';
import { observe, placesAt } from './observe.ts';
import { overHttp, realTime } from './probe.ts';
import { BASE, profileOf } from './profile.ts';
import { minutesOf, mostOf, Spending, type Spent, STANDARD_PLAN, usdOfSpent } from './spending.ts';

const Flags = z.strictObject({
  target: z.array(z.string()),
  budget: wholeNumber(1).optional(),
  out: z.string().min(1).optional(),
  seed: wholeNumber(),
  diff: z.array(z.string()).optional(),
});
type Flags = z.infer<typeof Flags>;

const PLACES_MAX = 3;
/** Of which a bearer token may be made (RFC 6750, section 2.1). */
const TOKEN = /^[\w.~+/-]+=*$/;
/** What a way to D1 commonly takes; only said, never used. */
const USUAL_MS = 30;

/** `shardproof calibrate`: D1 and KV as an account really has them, as a profile that every local run can use. */
export async function calibrate({ given, signal }: Invocation): Promise<number> {
  const flags = readOptions(Flags, given);
  if (flags.diff !== undefined) return showDiff(flags.diff, flags);
  const { urls, secret, out, most } = agreed(flags);
  const spending = new Spending(most);
  const timing = realTime(signal);
  const places = await placesAt(urls, { send: overHttp(secret, signal), timing, spending, signal });
  const date = new Date().toISOString().slice(0, 10);
  const progress = startProgress(`calibrate: ${places.map(({ colo }) => colo).join(', ')}`);
  const onProgress = (what: string, done: number, of: number): void => {
    if (done === 0) phase = { startedAtMs: Date.now() };
    progress.update(
      `calibrate: ${what}, ${formatCount(done)} of ${formatCount(of)}, ${timeLeft(phase.startedAtMs, done / of)}`,
    );
  };
  let phase = { startedAtMs: Date.now() };
  const firstMark = Math.floor(Date.now() / 1_000) * 1_000;
  const seen = await observe(
    { places, plan: STANDARD_PLAN, timing, firstMark, onProgress },
    flags.seed,
  ).finally(() => progress.done(`calibrate: asked ${formatCount(spending.spent.requests)} times`));
  const findings = findingsOf(seen);
  const profile = profileOf({ findings, seen, places, date });
  // All or nothing: a half-written profile would look whole.
  writeFileSync(`${out}.part`, `${JSON.stringify(profile, null, 2)}\n`);
  renameSync(`${out}.part`, out);
  console.log(render(findings, spending.spent, date));
  console.log(`\nWritten to ${out}: give it to any verb as --latency ${flags.out ?? DEFAULT_OUT}.`);
  return exitCodeOf.PASS;
}

const DEFAULT_OUT = 'calibration.json';

/** Everything that must be said before a request is sent. @throws CommandError `bad_option` */
function agreed({ target, budget, out = DEFAULT_OUT }: Flags) {
  if (target.length === 0) throw badOption('target', 'name the URL of a probe');
  if (target.length > PLACES_MAX) throw badOption('target', `the model has ${PLACES_MAX} places at most`);
  const urls = target.map(originOf);
  const most = mostOf(STANDARD_PLAN, urls.length);
  const minutes = Math.ceil(minutesOf(STANDARD_PLAN, urls.length, USUAL_MS));
  const usd = usdOfSpent(most, new Date().toISOString().slice(0, 10));
  const price =
    usd === undefined
      ? 'at prices that nobody has read for today'
      : `at most ${formatUsd(usd)} at list price`;
  const words =
    `this calibration makes up to ${most.requests} requests, reads ${most.rowsRead} rows of D1 and writes ${most.rowsWritten}, reads ` +
    `${most.kvReads} keys of KV and writes ${most.kvWrites}, ${price}, in about ${minutes} minutes`;
  if (budget === undefined)
    throw badOption('budget', `${words}: say that it may, with --budget ${most.requests}`);
  if (budget < most.requests) throw badOption('budget', `${words}, and the budget is ${budget}`);
  const secret = process.env.PROBE_SECRET;
  if (!secret || !TOKEN.test(secret))
    throw badOption(
      'target',
      'whoever measures must know the secret of the probe; set PROBE_SECRET, to letters, digits and signs of -._~+/ alone',
    );
  const file = fromCaller(out);
  if (existsSync(file)) throw badOption('out', `${out} is there already`);
  process.stderr.write(`calibrate: ${words.replace('this calibration ', '')}. ${PRICE_SOURCE}\n`);
  return { urls, secret, out: file, most };
}

function originOf(text: string): string {
  const url = URL.parse(text);
  if (url && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/' && !url.search)
    return url.origin;
  throw badOption(
    'target',
    `${text} must be the URL of a probe, as https://shardproof-probe.example.workers.dev`,
  );
}

const row = (...columns: readonly string[]): string =>
  columns
    .map((text, at) => (at === 0 ? text.padEnd(36) : text.padStart(at === 2 ? 26 : 12)))
    .join('')
    .trimEnd();
const figure = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'unbounded';
const interval = ({ low, high }: Pick<Measured, 'low' | 'high'>): string =>
  `${figure(low)} to ${figure(high)}`;

function render(
  { measured, unsure, unseen, policy, hasReplicas, bookmarks }: CalibrationFindings,
  spent: Spent,
  date: string,
): string {
  const assumed = new Map(sourcedNumbers(BASE).map(({ path, value }) => [path, figure(value)]));
  const line = (each: Measured): string =>
    row(
      each.path,
      figure(each.value),
      interval(each),
      formatCount(each.samples),
      assumed.get(each.path) ?? '-',
    );
  const usd = usdOfSpent(spent, date);
  return [
    row('measured', 'value', '95 %', 'samples', `in ${BASE.name}`),
    ...measured.map(line),
    ...(unsure.length > 0
      ? ['', row('too unsure to be called measured', 'value', '95 %', 'samples', `in ${BASE.name}`)]
      : []),
    ...unsure.map(line),
    '',
    `Read replication is ${hasReplicas ? 'on: replicas answered' : 'off, as far as can be seen: no replica answered'}.`,
    `A bookmark that is not this database's own: ${policy ?? 'cannot be told'} (${Object.entries(bookmarks)
      .map(([kind, finding]) => `${kind}: ${'policy' in finding ? finding.policy : 'cannot be told'}`)
      .join(', ')}).`,
    '',
    'Not seen, and left as they are assumed:',
    ...unseen.map(({ path, why }) => `  ${path}: ${why}`),
    '',
    `${formatCount(spent.requests)} requests, ${formatCount(spent.rowsRead)} rows of D1 read and ${formatCount(spent.rowsWritten)} written, ` +
      `${formatCount(spent.kvReads)} keys of KV read and ${formatCount(spent.kvWrites)} written${usd === undefined ? '' : `: ${formatUsd(usd)} at list price`}.`,
  ].join('\n');
}

/** @throws CommandError `bad_option`, and as diffOf */
function showDiff(files: readonly string[], { target, budget, out }: Flags): number {
  const [before, after] = files;
  if (before === undefined || after === undefined || files.length > 2)
    throw badOption('diff', 'takes two profiles, the older one first');
  if (target.length > 0 || budget !== undefined || out !== undefined)
    throw badOption(
      'diff',
      'compares two files, and nothing is measured for it; leave out the other options',
    );
  const changes = diffOf([before, after]);
  const changed = changes.filter(({ isChanged }) => isChanged);
  const told = (number: (typeof changes)[number]['before']): string =>
    number ? `${figure(number.value)} (${interval(number)})` : 'not measured';
  const lineOf = ({ path, before: old, after: recent }: (typeof changes)[number]): string =>
    `  ${path}: ${told(old)} -> ${told(recent)}`;
  const onlyOne = changes.filter(({ before: old, after: recent }) => !old !== !recent);
  console.log(
    [
      changed.length === 0
        ? `Of ${changes.length - onlyOne.length} numbers that both have measured, none has changed beyond its interval.`
        : `${changed.length} of ${changes.length - onlyOne.length} numbers that both have measured have changed beyond their intervals:`,
      ...changed.map(lineOf),
      ...(onlyOne.length > 0 ? ['Measured in one of them only:', ...onlyOne.map(lineOf)] : []),
    ].join('\n'),
  );
  return changed.length === 0 ? exitCodeOf.PASS : exitCodeOf.FAIL;
}
