import {
  figureColumns,
  formatCount,
  formatMs,
  formatPercent,
  formatSeconds,
  type Headline,
  LEAST_MS,
  type Point,
  type ReportBlock,
  type Section,
  type Table,
  table,
  wordColumns,
} from '../document/index.ts';
import type { Bracket, Knee, Rung, ScenarioOfRun } from '../schema/index.ts';

const FIT_POINTS = 60;
const PANEL_PX = 150;

/**
 * The largest load that is sustained, in users and in requests per second, each with its bracket where there is one; the same in
 * people at work, which older runs do not tell; and how the highest rung within its objectives was borne. Over all rungs a
 * percentile says nothing, because a ladder goes past what the target can bear.
 */
export function kneeFigures(
  knee: Knee,
  { thinkTimeMedianMs }: Pick<ScenarioOfRun, 'thinkTimeMedianMs'>,
): Headline[] {
  const {
    state,
    virtualUsers,
    virtualUsersBracket,
    requestsPerSecond,
    requestsPerSecondBracket,
    officeUsers,
  } = knee;
  const least = state === 'beyond' ? '≥ ' : '';
  const ended = state === 'beyond' ? ': the ladder ended before anything gave way' : '';
  const highest = knee.rungs.findLast(({ withinObjectives }) => withinObjectives);
  return [
    [
      `${least}${formatCount(Math.round(virtualUsers))}`,
      `virtual users${inBrackets(virtualUsersBracket)} who think ${formatSeconds(thinkTimeMedianMs / 1000)}${ended}`,
    ],
    [`${least}${formatCount(requestsPerSecond)}`, `requests/s${inBrackets(requestsPerSecondBracket)}`],
    ...(officeUsers
      ? [
          [
            `${least}${formatCount(Math.round(officeUsers.virtualUsers))}`,
            `people at work${inBrackets(officeUsers.bracket)}, who ask once in ${formatSeconds(officeUsers.meanThinkTimeMs / 1000)}`,
          ] as const,
        ]
      : []),
    ...(highest
      ? ([
          [formatMs(highest.p95Ms), `p95 at ${formatCount(highest.virtualUsers)} users`],
          [formatPercent(highest.failureShare * 100), 'of the requests failed there'],
        ] as const)
      : []),
  ];
}

const inBrackets = (bracket: Bracket | null): string =>
  bracket === null ? '' : ` (${bracketStatement(bracket)})`;

/** The two rungs that enclose the knee: no word of confidence, which they do not have. */
export function bracketStatement({ low, high }: Bracket): string {
  const from = low === 0 ? 'below' : `bracket ${formatCount(Math.round(low))} to`;
  return high === null
    ? low === 0
      ? 'no rung is clearly below or above'
      : `bracket ${formatCount(Math.round(low))} and up`
    : `${from} ${formatCount(Math.round(high))}`;
}

/** What gave way first, and what the busiest database allows (1 / mean service time): one clause each. */
export function limitStatements(knee: Knee): string[] {
  const { state, limitedBy, databaseBound } = knee;
  const first = state === 'found' ? [`first to give way: ${limitedBy}`] : [];
  if (databaseBound === null) return first;
  const { database, requestsPerSecond } = databaseBound;
  const most = `${database} can serve ${formatCount(requestsPerSecond)} requests/s (1 / mean service time)`;
  return [...first, most, comparisonStatement(databaseBound, knee)];
}

/** The two rates were found in two ways: where they differ, which is the larger one says what to look at. */
function comparisonStatement(
  { requestsPerSecond: bound, agrees }: NonNullable<Knee['databaseBound']>,
  { requestsPerSecond: sustained, state }: Knee,
): string {
  const share = formatPercent((100 * sustained) / bound);
  if (agrees) return `${share} of that is sustained: the two agree within a quarter`;
  if (sustained > bound) return `${share} of that is sustained: one of the two figures is wrong`;
  return state === 'beyond'
    ? `the ladder ended at ${share} of that`
    : `${share} of that is sustained: waiting, or a part in front of it, was the limit`;
}

/** The rungs after their warm-up: those up to the first that missed an objective, and those from there on. */
export function rungTables(knee: Knee): [upToLimit: Table, beyond: Table] {
  const limit = knee.rungs.findIndex(({ withinObjectives }) => !withinObjectives);
  const end = limit === -1 ? knee.rungs.length : limit;
  return [
    rungTable('Rungs of the ladder', knee.rungs.slice(0, end)),
    rungTable('Beyond the limit', knee.rungs.slice(end)),
  ];
}

function rungTable(caption: string, rungs: Knee['rungs']): Table {
  const told = rungs.some((rung) => rung.modelledP95Ms !== undefined || rung.foreignCpuPercent !== undefined);
  return {
    caption,
    columns: [
      ...wordColumns('Virtual users', 'Objectives'),
      ...figureColumns('Requests/s', 'Mean', 'p95'),
      ...(told ? [['Model alone', 'right'] as const, ['Others', 'right'] as const] : []),
      ...figureColumns('Failed', 'Warm-up cut off', 'Used'),
    ],
    rows: rungs.map((rung) => [
      formatCount(rung.virtualUsers),
      rung.withinObjectives ? 'met' : 'missed',
      formatCount(rung.requestsPerSecond),
      formatMs(rung.meanMs),
      formatMs(rung.p95Ms),
      ...(told
        ? [
            rung.modelledP95Ms === undefined ? '–' : formatMs(rung.modelledP95Ms),
            rung.foreignCpuPercent === undefined ? '–' : formatPercent(rung.foreignCpuPercent),
          ]
        : []),
      formatPercent(rung.failureShare * 100),
      formatSeconds(rung.warmUpSeconds),
      formatSeconds(rung.usedSeconds),
    ]),
  };
}

export function sustainedLoad(knee: Knee): Section {
  const [upToLimit, beyond] = rungTables(knee);
  const isModelled = knee.rungs.some(({ modelledP95Ms }) => modelledP95Ms !== undefined);
  return {
    id: 'sustained',
    title: 'Largest load it sustains',
    folded: true,
    blocks: [
      kneeChart(knee),
      ...table(upToLimit, {
        title: upToLimit.caption,
        in: ['page', 'summary', 'terminal'],
        ...(isModelled && {
          explained:
            'Model alone: the p95 of the queue model at the same load, without the Worker and this machine. Others: processes that are not part of the run, in percent of one core.',
        }),
      }),
      ...table(beyond, {
        title: beyond.caption,
        in: ['page', 'summary', 'terminal'],
        explained:
          'What came after the first rung that missed an objective. Only this table, the picture and the run over time tell of it.',
      }),
      ...(knee.scalability ? [fitFacts(knee.scalability)] : []),
    ],
  };
}

/** Kappa is a few billionths: an exponent says so where zeroes would not. */
const coefficient = (value: number): string => value.toPrecision(3);

const fitFacts = ({ lambda, sigma, kappa, rSquared }: NonNullable<Knee['scalability']>): ReportBlock => ({
  kind: 'facts',
  title: 'Universal scalability law',
  facts: [
    ["Gunther's scalability law, fitted to the rungs", 'X(n) = λn / (1 + σ(n − 1) + κn(n − 1))'],
    ['λ, requests/s of one user', coefficient(lambda)],
    ['σ, contention', coefficient(sigma)],
    ['κ, coherency', coefficient(kappa)],
    ['Variance explained (R²)', coefficient(rSquared)],
  ],
});

/** Throughput and p95 of every rung over its users, with the fitted scalability law and the knee's bracket. */
export function kneeChart(knee: Knee): ReportBlock {
  const { rungs, virtualUsers, virtualUsersBracket: bracket, scalability } = knee;
  const missed = rungs.filter(({ withinObjectives }) => !withinObjectives).length;
  const widest = Math.max(...rungs.map((rung) => rung.virtualUsers));
  const marks = (value: (rung: Rung) => number): Point[] =>
    rungs.map((rung) => ({
      x: rung.virtualUsers,
      y: value(rung),
      ...(rung.withinObjectives ? { mark: 'circle' } : { mark: 'diamond', colour: 'bad' }),
    }));
  const sustained = `${formatCount(Math.round(virtualUsers))} virtual users${inBrackets(bracket)}, ${formatCount(knee.requestsPerSecond)} requests/s`;
  return {
    kind: 'chart',
    id: 'knee',
    label: `Throughput and p95 over virtual users on ${rungs.length} rungs, ${missed} of which missed an objective. Sustained: ${sustained}. The rungs are in the table below.`,
    caption: `Over virtual users. Each point is a rung; a diamond missed an objective.${scalability ? ' Thin line: the fitted scalability law.' : ''} Dashed: the largest load sustained${bracket ? ', with its bracket shaded' : ''}.`,
    picture: {
      type: 'lines',
      x: { scale: 'count', max: Math.max(widest, bracket?.high ?? 0) * 1.03 },
      panels: [
        {
          title: 'Requests per second',
          heightPx: PANEL_PX,
          scale: 'quantity',
          lines: [
            { colour: 'accent', stroke: 'none', points: marks(({ requestsPerSecond }) => requestsPerSecond) },
            ...(scalability ? [{ colour: 'second' as const, points: fitted(scalability, widest) }] : []),
          ],
        },
        {
          title: 'p95, ms (each line ten times the one below)',
          heightPx: PANEL_PX,
          scale: 'quantity',
          logarithmic: true,
          lines: [{ colour: 'accent', points: marks(({ p95Ms }) => Math.max(LEAST_MS, p95Ms)) }],
        },
      ],
      upright: virtualUsers,
      ...(bracket && {
        shaded: [{ from: bracket.low, to: bracket.high ?? widest, isStrong: true as const }],
      }),
    },
  };
}

const fitted = ({ lambda, sigma, kappa }: NonNullable<Knee['scalability']>, widest: number): Point[] =>
  Array.from({ length: FIT_POINTS + 1 }, (_, step) => {
    const x = 1 + ((widest - 1) * step) / FIT_POINTS;
    return { x, y: (lambda * x) / (1 + sigma * (x - 1) + kappa * x * (x - 1)) };
  });
