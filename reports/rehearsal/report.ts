import { environmentBlock, signals } from '../document/content/index.ts';
import {
  counted,
  figures,
  formatBytes,
  formatCount,
  formatMs,
  formatSeconds,
  formatUsd,
  note,
  type Report,
  type ReportBlock,
  type Section,
  sentence,
  statement,
  table,
} from '../document/index.ts';
import type { RehearsalAttempt, RehearsalResult } from '../schema/index.ts';

/** What a rehearsal says: whether it can be done so, what it takes, what people saw meanwhile, and what works instead. */
export function rehearsalReport(result: RehearsalResult): Report {
  const { runId, startedAt, verdict, reproduce, schemaVersion, what, attempts, tooMuch, basis } = result;
  const [asWritten] = attempts;
  return {
    name: 'rehearsal',
    ...{ runId, startedAt, reproduce },
    verdict: { outcome: verdict.outcome, reason: verdict.reason, decidedBy: verdict.signal },
    opening: [
      ...statement('Rehearsed', [
        `${what.name} on ${what.database}: ${formatBytes(what.fileBytes)}, ${counted(what.rows, 'row')}`,
      ]),
      ...(asWritten ? figures('As written', figuresOf(asWritten)) : []),
      ...(tooMuch ? statement('Too much for D1', [tooMuch.statement]) : []),
      ...statement('What works instead', insteadOf(result)),
      ...statement('Meanwhile', attempts.flatMap(meanwhile)),
      ...statement('For all tenants', forTenants(result)),
    ],
    sections: [
      ...attempts.map(attemptSection),
      signals(result),
      {
        id: 'basis',
        title: 'What the figures stand on',
        blocks: [note(basis.join(' ')), environmentBlock(result)],
      },
    ],
    origin: `rehearsal schema version ${schemaVersion}, which lies beside this page`,
  };
}

const figuresOf = ({ elapsedMs, longestTransactionMs, statements, usd }: RehearsalAttempt) => {
  const rows = (key: 'rowsReadAtMost' | 'rowsWrittenAtMost' | 'rowsChanged'): string =>
    formatCount(statements.reduce((sum, each) => sum + each[key], 0));
  return [
    [formatSeconds(elapsedMs / 1_000), 'from beginning to end, on this machine'],
    [formatSeconds(longestTransactionMs / 1_000), 'its longest transaction; D1 ends one after 30 s'],
    [rows('rowsChanged'), 'rows changed'],
    [
      `${rows('rowsReadAtMost')} / ${rows('rowsWrittenAtMost')}`,
      'rows read and written at most, as D1 bills them',
    ],
    [usd === null ? 'unknown' : formatUsd(usd), 'for one tenant, at most'],
  ] as const;
};

function insteadOf({ attempts: [, instead], tooMuch }: RehearsalResult): string[] {
  if (instead)
    return [`${instead.name}: ${instead.outcome}. ${sentence(instead.reason)}`, ...instead.explained];
  return tooMuch?.why ? [`Nothing was rehearsed in its place: ${sentence(tooMuch.why)}`] : [];
}

function meanwhile({ name, before, during, after }: RehearsalAttempt): string[] {
  const told = during.errors.length > 0 ? ` They were told: ${during.errors.join('; ')}` : '';
  return [
    `${name}: of ${counted(during.count, 'request')} ${formatCount(during.failed)} failed, the longest took ` +
      `${formatMs(during.longestMs)} (median ${formatMs(during.medianMs)}, before ${formatMs(before.medianMs)}); after it ` +
      `${formatCount(after.failed)} of ${formatCount(after.count)} failed.${told}`,
  ];
}

function forTenants({ attempts, what: { tenants } }: RehearsalResult): string[] {
  const best = attempts.findLast(({ outcome }) => outcome !== 'FAIL') ?? attempts.at(-1);
  if (!best || tenants === 1) return [];
  const cost = best.usd === null ? 'a cost that is not known' : `${formatUsd(best.usd * tenants)} at most`;
  return [
    `${counted(tenants, 'tenant')} of this size, ${best.name}, one after the other: ` +
      `${formatSeconds((best.elapsedMs * tenants) / 1_000)} and ${cost}.`,
  ];
}

const attemptSection = (attempt: RehearsalAttempt, place: number): Section => ({
  id: `attempt-${place + 1}`,
  title: attempt.name === 'as written' ? 'As written' : 'In parts',
  blocks: [
    note(`${attempt.outcome}: ${sentence(attempt.reason)}`),
    ...(attempt.ended === null ? [] : statement('Ended', [attempt.ended])),
    ...statementTable(attempt),
    ...requestTable(attempt),
  ],
});

const statementTable = ({ statements }: RehearsalAttempt): ReportBlock[] =>
  table(
    {
      caption: 'Statements',
      columns: [
        ['Statement', 'left', { widthPercent: 40 }],
        ['Times', 'right', { widthPercent: 8 }],
        ['In all', 'right', { widthPercent: 12 }],
        ['Longest', 'right', { widthPercent: 12 }],
        ['Rows changed', 'right', { widthPercent: 10 }],
        ['Read at most', 'right', { widthPercent: 9 }],
        ['Written at most', 'right', { widthPercent: 9 }],
      ],
      rows: statements.map((each) => [
        shortened(each.sql),
        formatCount(each.times),
        formatMs(each.totalMs),
        formatMs(each.longestMs),
        formatCount(each.rowsChanged),
        formatCount(each.rowsReadAtMost),
        formatCount(each.rowsWrittenAtMost),
      ]),
    },
    { title: 'Statements' },
  );

const shortened = (sql: string): string => {
  const line = sql.replaceAll(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
};

const requestTable = ({ before, during, after }: RehearsalAttempt): ReportBlock[] =>
  table(
    {
      caption: 'Requests',
      columns: [
        ['When', 'left'],
        ['Requests', 'right'],
        ['Failed', 'right'],
        ['Median', 'right'],
        ['Longest', 'right'],
      ],
      rows: [
        ['before', before],
        ['meanwhile', during],
        ['after', after],
      ].map(([when, met]) => {
        const { count, failed, medianMs, longestMs } = met as RehearsalAttempt['before'];
        return [
          String(when),
          formatCount(count),
          formatCount(failed),
          formatMs(medianMs),
          formatMs(longestMs),
        ];
      }),
    },
    { title: 'Requests of people at work' },
  );
