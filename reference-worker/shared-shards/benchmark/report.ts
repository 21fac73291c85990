import { availableParallelism, cpus } from 'node:os';
import { formatSize } from '../../../fixtures/generator/index.ts';
import type { OurMeasurement } from './contestant.ts';
import { bytesPerSecond, type Results, type SeedAim, speedRatio, sumOf, type WorkDone } from './judge.ts';

const HEADINGS = ['', 'documents', 'MB', 'seconds', 'documents/s', 'MB/s', 'ours is'];

/** What one run of the benchmark has to say: the machine, every measurement, the sums, the aims. */
export function describeResults(results: Results, aims: readonly SeedAim[]): string {
  const { ours, ceiling, faker, dump, sqlFiles, full } = results;
  const each = (name: string, runs: readonly WorkDone[]): string[][] =>
    runs.map((run, at) => columns(`${name}, run ${at + 1}`, [run]));
  const rival = (name: string, runs: readonly WorkDone[]): string[] => [
    ...columns(name, runs),
    `${toThreeDigits(speedRatio(ours, runs))} times`,
  ];
  return [
    describeMachine(),
    '',
    ...inColumns([
      HEADINGS,
      ...each('ours', ours),
      ...each('ceiling', ceiling),
      columns('ours', ours),
      rival('ceiling: rows ready in memory', ceiling),
      rival('plain loop with faker', faker),
      rival('wrangler d1 execute, a dump: a row per INSERT', dump),
      rival('wrangler d1 execute, our SQL files', sqlFiles),
      ...(full ? [columns(`ours, in full: ${formatSize(full.sizeBytes)} on disk`, [full.measurement])] : []),
    ]),
    '',
    'MB are of document bodies. Seconds are until the last index and exclude verification.',
    ...ours.map((run, at) => describeOurs(`ours, run ${at + 1}`, run)),
    ...(full ? [describeOurs('ours, in full', full.measurement)] : []),
    '',
    ...aims.map(describeAim),
  ].join('\n');
}

function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const { sqlite, node } = process.versions;
  return `${availableParallelism()} cores of ${model}, Node ${node}, SQLite ${sqlite}`;
}

const describeOurs = (name: string, run: OurMeasurement): string =>
  `${name}: ${toTenth(run.secondsWithVerification)} s with verification, ` +
  `${toTenth(run.verifySeconds)} s for verifying alone, ` +
  `at most ${formatSize(run.peakResidentBytes)} of resident memory`;

const describeAim = ({ what, measured, bound, limit, unit, isMet }: SeedAim): string =>
  `${isMet ? 'met   ' : 'MISSED'}  ${what}: ${toThreeDigits(measured)} ${unit}, aim ${bound} ${toThreeDigits(limit)}`;

function columns(name: string, runs: readonly WorkDone[]): string[] {
  const { documents, documentBytes, seconds } = sumOf(runs);
  return [
    name,
    documents.toLocaleString('en-GB'),
    toTenth(documentBytes / 1e6),
    seconds.toFixed(2),
    Math.round(documents / seconds).toLocaleString('en-GB'),
    toTenth(bytesPerSecond(runs) / 1e6),
  ];
}

/** Names to the left, numbers to the right. */
function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

const toTenth = (value: number): string => value.toFixed(1);
const toThreeDigits = (value: number): string => String(Number(value.toPrecision(3)));
