import { formatMs, formatPercent } from '../../reports/document/index.ts';
import type { ComparisonResult, DatabaseUse, ServicePart, Treatment } from '../../reports/schema/index.ts';

/** From this share of its time on a queue is long and grows fast: with one server, waiting goes as 1 / (1 - share). */
const BUSY_FROM = 0.7;

type Explanation = ComparisonResult['explanation'][number];

/**
 * Why a treatment is as fast as it is: the database of the account's own path that is nearest to its end, and where the time of a
 * request goes.
 *
 * @param shardId where the account's documents are on this treatment
 */
export function explain(treatment: Treatment, account: string, shardId: string): Explanation {
  const onPath = treatment.databases.filter(
    ({ database }) => database === shardId || database === 'accounts',
  );
  const busiest = busiestOf(onPath);
  if (!busiest) {
    const sentence = 'No database was asked anything.';
    return { treatment: treatment.name, saturatesFirst: 'not known', sentence };
  }
  return {
    treatment: treatment.name,
    saturatesFirst: nameOf(busiest),
    sentence: [
      databaseSentence(busiest),
      timeSentence(account, treatment.serviceParts),
      elsewhereSentence(treatment, account, onPath),
    ].join(''),
  };
}

function databaseSentence(use: DatabaseUse): string {
  const { utilisation, meanQueueMs, meanServiceMs, longestQueue } = use;
  const busy = `The ${nameOf(use)} is ${formatPercent(100 * utilisation)} busy`;
  const wait = `a request waits ${formatMs(meanQueueMs)} for its turn and takes ${formatMs(meanServiceMs)}`;
  return utilisation >= BUSY_FROM
    ? `${busy}, and gives way first: ${wait}, in a queue of up to ${longestQueue}.`
    : `${busy}, more than any other: ${wait}.`;
}

function timeSentence(account: string, parts: readonly ServicePart[]): string {
  const [largest] = parts.toSorted((a, b) => b.shareOfTime - a.shareOfTime);
  if (!largest) return '';
  const { part, servedBy, shareOfTime } = largest;
  return ` The largest part of the time of ${account}, ${formatPercent(100 * shareOfTime)}, goes to ${placeOf(part, servedBy)}.`;
}

/** A neighbour's database that is busy and that the account does not use. */
function elsewhereSentence(
  { databases, neighbour }: Treatment,
  account: string,
  onPath: readonly DatabaseUse[],
): string {
  const busiest = busiestOf(databases.filter((use) => !onPath.includes(use)));
  if (!busiest || neighbour === null) return '';
  const busy = formatPercent(100 * busiest.utilisation);
  return ` The ${neighbour} keeps the ${nameOf(busiest)} ${busy} busy, which ${account} does not use here.`;
}

const busiestOf = (databases: readonly DatabaseUse[]): DatabaseUse | undefined =>
  databases.toSorted((a, b) => b.utilisation - a.utilisation)[0];

const nameOf = ({ database, instance }: DatabaseUse): string =>
  instance === 'primary' ? `primary of ${database}` : `${instance} replica of ${database}`;

/** The parts of Server-Timing in words, as the reference Worker names them. */
const PLACE: Readonly<Record<string, string>> = {
  route: 'finding the account and its shard',
  app: 'the rest of the Worker',
  outside: 'network, sockets and queues before the Worker',
};

const placeOf = (part: string, servedBy: string): string =>
  part === 'd1' ? `D1, ${servedBy}` : (PLACE[part] ?? part);
