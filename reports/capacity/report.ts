import {
  billTable,
  databasesBlocks,
  databaseTable,
  headroomStatements,
  isolation,
  isolationStatements,
  MODEL_STATEMENT,
  operationBillTable,
  partsBlocks,
  readReplicationStatement,
  signals,
} from '../document/content/index.ts';
import {
  FIGURES_WITHHELD,
  type Figures,
  figuresOf,
  formatCount,
  formatMs,
  formatSeconds,
  type Headline,
  note,
  type Report,
  type ReportBlock,
  type RunEvidence,
  type Section,
  sentence,
  statement,
  table,
} from '../document/index.ts';
import type { Headroom, Knee, RunResult, Sensitivity } from '../schema/index.ts';
import { againstBaseline, baselineStatement } from './baseline.ts';
import { kneeFigures, limitStatements, sustainedLoad } from './knee.ts';
import { latency } from './latency.ts';
import { askedStatements, generatorStatement, measuredStatement } from './load.ts';
import { predicted, predictionStatement } from './prediction.ts';
import { sensitivityStatement, sensitivityTable } from './sensitivity.ts';
import { faultOutcome, modelled, modelledStatement, processes, setup, topology } from './setup.ts';
import { statements } from './statements.ts';
import { tenantsThere } from './tenants.ts';
import { overTime } from './timeline.ts';

/** What a capacity run says: the largest load or how the load was borne, what was asked, what is left, and what that rests on. */
export function capacityReport(result: RunResult): Report {
  const figures = figuresOf(result);
  const { kind, runId, startedAt, verdict, reproduce, schemaVersion } = result;
  return {
    name: `${kind} run`,
    ...{ runId, startedAt, reproduce },
    verdict: { outcome: verdict.outcome, reason: verdict.reason, decidedBy: verdict.signal },
    decision: result.tenants,
    opening: answers(result, figures),
    sections: [
      ...(result.tenants ? [tenantsThere(result.tenants, figures !== undefined)] : []),
      ...(result.baseline ? [againstBaseline(result.baseline)] : []),
      ...(figures ? measured(figures, result) : []),
      modelled(result),
      isolation(result),
      signals(result),
      processes(result),
      topology(result),
      setup(result),
    ],
    origin: `schema version ${schemaVersion}, which lies beside this page`,
  };
}

/** Who trusts the verdict must know what was asked, and how much of it was modelled. */
function answers(evidence: RunEvidence, figures: Figures | undefined): ReportBlock[] {
  const [asked, ...heldTo] = askedStatements(evidence);
  const { behaviour } = evidence;
  const faults = behaviour.faults.map((fault) => `${fault.id} (${fault.kind}): ${faultOutcome(fault)}`);
  return [
    ...statement('Modelled', [modelledStatement(evidence).join('; ')]),
    ...(figures
      ? [
          {
            kind: 'figures' as const,
            label: figures.knee ? 'Sustains' : 'Load',
            figures: figures.knee
              ? kneeFigures(figures.knee, evidence.scenario)
              : loadFigures(figures, evidence),
          },
          ...statement('Measured', [[...rungsOf(figures), measuredStatement(figures)].join('; ')]),
        ]
      : [note(FIGURES_WITHHELD)]),
    ...(evidence.baseline ? baselineStatement(evidence.baseline) : []),
    ...statement('Asked', [asked]),
    ...statement('Held to', heldTo),
    ...statement('Limit', figures?.knee ? limitStatements(figures.knee) : []),
    ...(figures?.prediction ? predictionStatement(figures.prediction) : []),
    ...statement('Headroom', figures?.headroom ? headroomStatements(figures.headroom) : []),
    ...statement('Isolation', isolationStatements(evidence)),
    ...statement('Replication', [readReplicationStatement(behaviour.readReplication)]),
    // A table and a section of the page and the summary say these.
    ...statement('Faults', faults, ['terminal']),
    ...statement('Generator', [generatorStatement(evidence)], ['terminal']),
  ];
}

const rungsOf = ({ knee, load }: Figures): string[] =>
  knee ? [`up to ${formatCount(load.peakVirtualUsers)} virtual users, ${knee.rungs.length} rungs`] : [];

const P95_MEANING = { closed: 'p95 of all requests', open: 'p95 from the intended start' } as const;

/** The closed model asks how many users, the open one at what rate. */
function loadFigures(figures: Figures, { scenario }: RunEvidence): Headline[] {
  const { load, total } = figures;
  const held = `held ${formatSeconds(load.heldMs / 1000)}`;
  const rate = formatCount(load.requestsPerSecond);
  const offered = formatCount(scenario.offeredPerSecond);
  return [
    ...(scenario.model === 'closed'
      ? ([
          [formatCount(load.peakVirtualUsers), `virtual users, ${held}`],
          [rate, 'requests/s'],
        ] as const)
      : ([
          [rate, `requests/s, ${held}`],
          [offered, `requests/s offered, as by ${formatCount(scenario.virtualUsers)} users`],
        ] as const)),
    [formatMs(total.p95Ms), P95_MEANING[scenario.model]],
    [formatCount(load.failures), `failed of ${formatCount(load.requests)}`],
  ];
}

/** The sections that a spoiled measurement leaves out. */
function measured(figures: Figures, evidence: RunEvidence): Section[] {
  const { knee, headroom, sensitivity, prediction, statements: rows } = figures;
  return [
    ...(knee ? [sustainedLoad(knee)] : []),
    overTime(figures, evidence),
    latency(figures, MODEL_STATEMENT[evidence.scenario.model]),
    ...(prediction ? [predicted(prediction)] : []),
    serviceTime(figures),
    ...(sensitivity ? [restsOn(sensitivity, knee)] : []),
    ...(headroom ? [headroomLeft(headroom)] : []),
    ...(rows ? [statements(rows)] : []),
  ];
}

/** Empty when neither the Worker nor the data plane said where the time went. */
const serviceTime = (figures: Figures): Section => ({
  id: 'service-time',
  title: 'Where the time goes',
  folded: true,
  blocks: [
    ...partsBlocks(
      figures,
      figures.knee ? 'on the highest rung that kept its objectives' : 'in the phases that count',
    ),
    ...databasesBlocks(databaseTable(figures)),
    ...(figures.stores ? [note(storesSentence(figures.stores))] : []),
  ],
});

const each = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });

const storesSentence = ({
  databaseQueries,
  kvReads,
  kvCachedReads,
  kvWrites,
  kvDeletes,
}: NonNullable<RunResult['stores']>): string =>
  `Of each request on average: ${each.format(databaseQueries)} queries to D1, ${each.format(kvReads)} reads of KV, of which ` +
  `${each.format(kvCachedReads)} were answered by the cache of a PoP, ${each.format(kvWrites)} writes and ${each.format(kvDeletes)} deletions.`;

const restsOn = (sensitivity: Sensitivity, knee: Knee | null): Section => ({
  id: 'rests-on',
  title: 'What the verdict rests on',
  folded: true,
  blocks: [note(sensitivityStatement(sensitivity)), ...table(sensitivityTable(sensitivity, knee))],
});

const headroomLeft = (headroom: Headroom): Section => ({
  id: 'headroom',
  title: 'Headroom and cost',
  folded: true,
  blocks: [
    ...table(billTable(headroom)),
    ...table(operationBillTable(headroom)),
    note(`Prices: ${sentence(headroom.priceTable)} Assumed: ${headroom.assumptions.join(' ')}`),
  ],
});
