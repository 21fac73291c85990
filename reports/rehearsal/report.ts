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
import type { KindOfRun } from '../kind-of-run.ts';
import { REHEARSAL_SCHEMA_VERSION, type RehearsalAttempt, RehearsalResult } from '../schema/index.ts';

/** What a rehearsal says: whether it can be done so, what it takes, what people saw meanwhile, and what works instead. */
export function rehearsalReport(result: RehearsalResult): Report {
  const { runId, startedAt, verdict, reproduce, schemaVersion, what, attempts, tooMuch, basis } = result;
  const [asWritten] = attempts;
  const isMigration = asWritten?.name === 'as written';
  return {
    name: 'rehearsal',
    ...{ runId, startedAt, reproduce },
    verdict: { outcome: verdict.outcome, reason: verdict.reason, decidedBy: verdict.signal },
    opening: [
      ...statement('Rehearsed', [
        `${what.name} on ${what.database}: ${formatBytes(what.fileBytes)}, ${counted(what.rows, 'row')}`,
      ]),
      ...(isMigration && asWritten
        ? figures('As written', figuresOf(asWritten))
        : attempts.flatMap((attempt) => statement(titleOf(attempt), doneIn(attempt)))),
      ...(tooMuch ? statement('Too much for D1', [tooMuch.statement]) : []),
      ...(isMigration ? statement('What works instead', insteadOf(result)) : []),
      ...statement('Meanwhile', attempts.filter(({ before }) => before.count > 0).flatMap(meanwhile)),
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

const titleOf = ({ name }: RehearsalAttempt): string => name.charAt(0).toUpperCase() + name.slice(1);

const doneIn = ({ outcome, elapsedMs, reason, explained }: RehearsalAttempt): string[] => [
  `${outcome} after ${formatSeconds(elapsedMs / 1_000)}: ${sentence(reason)}`,
  ...explained,
];

function forTenants({ attempts, what: { tenants } }: RehearsalResult): string[] {
  if (tenants === 1) return [];
  const ways = attempts.filter(({ outcome }) => outcome !== 'FAIL');
  const isMigration = attempts[0]?.name === 'as written';
  return (isMigration ? ways.slice(-1) : ways).map(({ name, usd, elapsedMs }) => {
    const cost = usd === null ? '' : ` and ${formatUsd(usd * tenants)} at most`;
    const time = formatSeconds((elapsedMs * tenants) / 1_000);
    return `${counted(tenants, 'tenant')} of this size, ${name}, one after the other: ${time}${cost}.`;
  });
}

const attemptSection = (attempt: RehearsalAttempt, place: number): Section => ({
  id: `attempt-${place + 1}`,
  title: titleOf(attempt),
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

const requestTable = ({ before, during, after }: RehearsalAttempt): ReportBlock[] => {
  if (before.count === 0) return [];
  return table(
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
};

export const REHEARSAL: KindOfRun<RehearsalResult> = {
  schema: RehearsalResult,
  version: REHEARSAL_SCHEMA_VERSION,
  named: 'The result of this rehearsal',
  reportOf: rehearsalReport,
};
