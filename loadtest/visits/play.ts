import {
  cumulativeTable,
  drawRank,
  randomKey,
  scatter,
  type Uniform,
  unitsOf,
  zipfSampler,
} from '../../fixtures/generator/index.ts';
import type { SeededShard } from '../../fixtures/index.ts';
import {
  type Client,
  clientAt,
  deploymentOf,
  type Placed,
  POPS,
  type Pop,
  pathTo,
  sendHttp,
  type Topology,
  type ViewStep,
} from '../../reference-worker/target/index.ts';
import {
  idOf,
  requestOf,
  rounds,
  type VisitedDocuments,
  viewOf,
  visitedDocuments,
} from '../journey/index.ts';
import { type Violation, verifyBody } from '../k6/index.ts';
import { givenIds } from '../measure.ts';
import { sum } from '../sum.ts';
import type { LoadSubject } from '../system.ts';

/** Whose pages are looked at, how often and for how long. */
export interface Visits {
  readonly perDay: number;
  readonly hours: number;
  readonly seed: number;
}

/** What some looks came to. */
export interface Looked {
  readonly looks: number;
  /** Those for which no database was asked. */
  readonly withoutDatabase: number;
  readonly queries: number;
  readonly kvReads: number;
}

/** What visitors saw, and what it took to show it to them. */
export interface Played {
  /** By operation of the journey. */
  readonly views: ReadonlyMap<string, Looked>;
  readonly writes: number;
  /** In the minute of the clock that has most of them. */
  readonly writesInAMinute: number;
  readonly kvWrites: number;
  readonly kvDeletes: number;
  /** Answers with another status than 200, and what they said. */
  readonly failures: readonly string[];
  readonly documentsChecked: number;
  readonly violations: readonly Violation[];
}

export interface PlayOptions extends Visits {
  readonly subject: Pick<LoadSubject, 'system' | 'data'>;
  readonly topology: Topology;
  readonly shards: readonly SeededShard[];
  /** On a virtual clock. */
  readonly placed: Placed;
  readonly signal: AbortSignal;
  /** @param fraction of the time that has been played */
  readonly onProgress: (fraction: number) => void;
}

const MS_PER_HOUR = 3_600_000;
const MS_PER_MINUTE = 60_000;
const none: Looked = { looks: 0, withoutDatabase: 0, queries: 0, kvReads: 0 };

/**
 * Lets visitors look at pages, one after the other, at moments that chance chooses (a Poisson process), and time pass between them: for
 * KV, for databases and for the Worker. What each of them took is told by the data plane, view by view.
 */
export async function play(options: PlayOptions): Promise<Played> {
  const { placed, perDay, hours, seed, signal, onProgress, subject } = options;
  const { control } = placed.platform;
  const uniform = unitsOf(randomKey(seed, 'visits'));
  const site = new Sites(options, uniform);
  const steps = rounds(subject.system.journey, uniform);
  const endMs = hours * MS_PER_HOUR;
  const meanGapMs = (24 * MS_PER_HOUR) / perDay;
  const views = new Map<string, Looked>();
  const writesByMinute = new Map<number, number>();
  const [failures, violations]: [string[], Violation[]] = [[], []];
  let [documentsChecked, writes, passedMs] = [0, 0, 0];
  const first = await use(placed);
  let before = first;
  for (let atMs = gap(meanGapMs, uniform); atMs < endMs; atMs += gap(meanGapMs, uniform)) {
    signal.throwIfAborted();
    onProgress(atMs / endMs);
    await control.advance(Math.round(atMs) - passedMs);
    passedMs = Math.round(atMs);
    await control.setFaults([{ id: 'visits-clock', kind: 'clock-skew', skewMs: passedMs }]);
    let step = steps.next(false).value;
    for (; step.does !== 'view'; step = steps.next(false).value) {
      if (step.does !== 'create') continue;
      await site.create(step, writes);
      writes += 1;
      const minute = Math.floor(passedMs / MS_PER_MINUTE);
      writesByMinute.set(minute, (writesByMinute.get(minute) ?? 0) + 1);
      before = await use(placed);
    }
    const seen = await site.look(step);
    if (seen.failure !== undefined) failures.push(seen.failure);
    documentsChecked += seen.documents;
    violations.push(...seen.violations);
    const after = await use(placed);
    const [queries, kvReads] = [after.queries - before.queries, after.kvReads - before.kvReads];
    const looked = views.get(step.operation) ?? none;
    views.set(step.operation, {
      looks: looked.looks + 1,
      withoutDatabase: looked.withoutDatabase + (queries === 0 ? 1 : 0),
      queries: looked.queries + queries,
      kvReads: looked.kvReads + kvReads,
    });
    before = after;
  }
  return {
    ...{ views, writes, failures, documentsChecked, violations },
    writesInAMinute: Math.max(0, ...writesByMinute.values()),
    kvWrites: before.kvWrites - first.kvWrites,
    kvDeletes: before.kvDeletes - first.kvDeletes,
  };
}

const gap = (meanMs: number, uniform: Uniform): number => -meanMs * Math.log(1 - uniform());

/** What all databases and namespaces have been asked for since the start. */
async function use({ platform }: Placed) {
  const { databases, kv } = await platform.control.usage();
  return {
    queries: sum(databases.map(({ requests }) => requests)),
    kvReads: sum(kv.map(({ reads }) => reads)),
    kvWrites: sum(kv.map(({ writes }) => writes)),
    kvDeletes: sum(kv.map(({ deletes }) => deletes)),
  };
}

/** The accounts that are looked at, each by Zipf's distribution. */
class Sites {
  readonly #options: PlayOptions;
  readonly #uniform: Uniform;
  readonly #samplers = new Map<number, (uniform: Uniform) => number>();
  readonly #visited = new Map<string, VisitedDocuments>();

  constructor(options: PlayOptions, uniform: Uniform) {
    this.#options = options;
    this.#uniform = uniform;
  }

  async look(step: ViewStep) {
    const { system } = this.#options.subject;
    const { account, reach, ids } = await this.#visitedAt(this.#account());
    const view = viewOf(system, step);
    const of = ids[step.resource];
    const id =
      of && view.id === undefined ? idOf(of, this.#draw('count' in of ? of.count : of.length)) : view.id;
    const path = pathTo(view, id ?? '', step.word ?? '');
    const { status, body } = await sendHttp(this.#urlOf(account), { method: 'GET', path, headers: reach });
    const expected = { account, shape: 'view', resource: step.resource } as const;
    const isDrawn = view.id === undefined && view.path.includes(':id');
    const { documents, violations } = verifyBody(
      { body, json: () => undefined },
      status === 200 && isDrawn && id !== undefined ? { ...expected, id } : expected,
      undefined,
    );
    const failure =
      status === 200 ? undefined : `${step.operation} of ${account}: ${status} ${body.slice(0, 80)}`;
    return { documents, violations, failure };
  }

  /** @param number tells apart what is created */
  async create(step: Parameters<typeof requestOf>[0], number: number): Promise<void> {
    const { system } = this.#options.subject;
    const account = this.#account();
    const loaded = { account, ids: {}, searches: [] };
    const client = await this.#clientOf(account);
    const asked = await client.ask(requestOf(step, { system, account: loaded, index: 0, number }));
    if (asked.answer.outcome !== 'ok')
      throw new Error(`${step.operation} of ${account} was answered with ${asked.answer.outcome}.`);
  }

  #account(): string {
    const { accounts } = this.#options.topology;
    return accounts[this.#draw(accounts.length)]?.id ?? '';
  }

  #draw(count: number): number {
    const sampler =
      this.#samplers.get(count) ?? zipfSampler(count, this.#options.subject.system.journey.zipfExponent);
    this.#samplers.set(count, sampler);
    return scatter(sampler(this.#uniform), count);
  }

  async #visitedAt(account: string): Promise<VisitedDocuments> {
    const known = this.#visited.get(account);
    if (known) return known;
    const { subject, shards, placed } = this.#options;
    const plan = shards.flatMap(({ plans }) => plans).find((each) => each.account === account);
    if (!plan) throw new Error(`no shard is seeded with ${account}.`);
    const token = await placed.tokenOf(account, 0);
    const given = givenIds(shards, account);
    const visited = visitedDocuments(plan, subject.data.model, subject.system, token, given);
    this.#visited.set(account, visited);
    return visited;
  }

  async #clientOf(account: string): Promise<Client> {
    const { subject, placed } = this.#options;
    const token = await placed.tokenOf(account, 0);
    return clientAt({ system: subject.system, url: this.#urlOf(account), account, token });
  }

  /** Of the deployment that serves it, at a place that is drawn. */
  #urlOf(account: string): string {
    const { placed, topology, subject } = this.#options;
    const name = deploymentOf(topology, account);
    const urls = placed.platform.deployments.find((each) => each.name === name)?.urls;
    return urls?.[popOf(subject.system.journey.popShares, this.#uniform())] ?? '';
  }
}

function popOf(shares: LoadSubject['system']['journey']['popShares'], u: number): Pop {
  const table = cumulativeTable(POPS.map((pop) => shares[pop] ?? 0));
  return POPS[drawRank(table, u)] ?? POPS[0];
}
