import { isDeepStrictEqual } from 'node:util';
import {
  type Asked,
  accountOf,
  Client,
  type DocumentBody,
  encode,
  type Operation,
  type Overrides,
  routeTo,
  type Target,
} from '../../../reference-worker/target/index.ts';
import { type Absence, Broken, type Complaint, judgeAbsence, judgeStatus } from './document-claims.ts';
import { batchFateOf, fateOf, type ModelWrite, NEVER, type ProgramStep, type State } from './model.ts';
import { type ProgramSetting, TrialDocuments } from './program-documents.ts';
import { SLOTS } from './programs.ts';

export interface TrialOptions extends Omit<ProgramSetting, 'system'> {
  readonly target: Target;
  readonly absence: Absence;
  /** Members that the Worker adds to every document, or does not give back: nothing is known of their values. */
  readonly ownMembers: readonly string[];
}

/** Statuses that refuse a body for what it says: a Worker may have a schema, of which these programs know nothing. */
const NOT_THIS_BODY: readonly number[] = [400, 413, 415, 422];

/** One program on fresh documents: what the Worker answers beside what the model says. */
export class DocumentTrial {
  readonly #options: TrialOptions;
  readonly #client: Client;
  readonly #documents: TrialDocuments;
  readonly #exchanges: Asked[] = [];
  #states: readonly State[] = Array.from({ length: SLOTS }, () => NEVER);
  /** Writes that were done, and those that had to be refused and were. */
  readonly counts = { done: 0, refused: 0 };

  constructor(options: TrialOptions) {
    const { target } = options;
    this.#options = options;
    this.#client = new Client(target, accountOf(target, 'subject'));
    this.#documents = new TrialDocuments({ ...options, system: target.system });
  }

  /** @returns what is wrong; undefined when nothing is @throws TransportError */
  async run(program: readonly ProgramStep[]): Promise<Complaint | undefined> {
    try {
      for (const step of program) await this.#take(step);
      await this.#judgeList();
      return undefined;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      const { claim, sentences } = error;
      return { claim, sentences, exchanges: this.#exchanges };
    }
  }

  async #take(step: ProgramStep): Promise<void> {
    if (step.kind === 'read') return this.#judgeRead(step.slot);
    if (step.kind === 'batch') await this.#takeBatch(step.writes);
    else await this.#takeWrite(step);
    const touched = step.kind === 'batch' ? step.writes.map(({ slot }) => slot) : [step.slot];
    for (const slot of new Set(touched)) await this.#judgeRead(slot);
  }

  async #takeWrite(abstract: ModelWrite): Promise<void> {
    const write = this.#documents.concrete(abstract);
    const { kind, slot, demand } = write;
    const before = this.#state(slot);
    const fate = fateOf(before, write, this.#options.absence.manners);
    const asked = await this.#ask(this.#documents.operation(write, before));
    const isDone = asked.answer.outcome === 'ok';
    if (fate.is === 'absent') {
      if (this.#isAboutBody(asked, [abstract])) return;
      return judgeAbsence(kind, asked, this.#options.absence);
    }
    if (fate.is === 'refused') {
      this.counts.refused += 1;
      if (!isDone) return;
      const because =
        kind === 'create'
          ? 'a create of it is refused'
          : `a ${kind} on condition that it is ${demand} is not done`;
      throw new Broken(
        kind === 'create' ? 'creates' : 'conditions',
        asked,
        `Because ${this.#told(slot)}, ${because}.`,
      );
    }
    if (!isDone && (fate.is === 'either' || this.#isAboutBody(asked, [abstract]))) return;
    if (!isDone) throw new Broken('serves', asked, `Because ${this.#told(slot)}, this ${kind} is done.`);
    this.counts.done += 1;
    if (fate.state === before) return;
    this.#states = this.#states.with(slot, fate.state);
    judgeStatus(kind, fate.isMade, asked);
    this.#judgeVersion(slot, asked.answer.documents[0]?.version, asked);
    if (asked.response.status === 201) await this.#judgeLocation(write, asked);
  }

  async #takeBatch(abstract: readonly ModelWrite[]): Promise<void> {
    const { manners } = this.#options.absence;
    const writes = abstract.map((write) => this.#documents.concrete(write));
    const fate = batchFateOf(this.#states, writes, manners);
    let states = this.#states;
    const operations = writes.map((write) => {
      const before = states[write.slot] ?? NEVER;
      const next = fateOf(before, write, manners);
      if ('state' in next) states = states.with(write.slot, next.state);
      return this.#documents.operation(write, before);
    });
    const asked = await this.#ask({ kind: 'batch', writes: operations });
    const isDone = asked.answer.outcome === 'ok';
    if (fate.is === 'refused') {
      this.counts.refused += 1;
      if (!isDone) return;
      throw new Broken(
        'batches',
        asked,
        'Because one of its writes cannot be done, nothing of the batch is.',
      );
    }
    const isOncePerDocument = new Set(writes.map(({ slot }) => slot)).size === writes.length;
    if (!isDone && (fate.is === 'either' || !isOncePerDocument || this.#isAboutBody(asked, abstract))) return;
    if (!isDone)
      throw new Broken('serves', asked, 'Because each of its writes can be done, the batch is done.');
    this.counts.done += 1;
    this.#states = fate.states;
    const { documents } = asked.answer;
    // An answer need not tell its results; what it tells must be right.
    if (documents.length === 0) return;
    const shown = documents.map(({ id, version }) => (version === undefined ? id : `${id} ${version}`));
    const expected = writes.map(({ slot }, index) => {
      const isTold = documents[index]?.version !== undefined && this.#areVersionsJudged();
      return isTold
        ? `${this.#documents.handle(slot).id} ${fate.versions[index]}`
        : this.#documents.handle(slot).id;
    });
    if (shown.join() === expected.join()) return;
    throw new Broken(
      'batches',
      asked,
      `Because the batch was done, its results are ${expected.join(', ')}, in this order.`,
    );
  }

  async #judgeRead(slot: number): Promise<void> {
    const state = this.#state(slot);
    const asked = await this.#ask({ kind: 'read', ...this.#documents.handle(slot) });
    if (!state.isThere) return judgeAbsence('read', asked, this.#options.absence);
    const [document] = asked.answer.documents;
    const isShown = asked.answer.outcome === 'ok' && document?.id === this.#documents.handle(slot).id;
    if (!isShown || !isDeepStrictEqual(this.#compared(document?.body), this.#compared(state.body)))
      throw new Broken(
        'replaces',
        asked,
        `Because of the writes before, ${this.#documents.handle(slot).id} holds ${JSON.stringify(state.body)}.`,
      );
    this.#judgeVersion(slot, document.version, asked);
  }

  #judgeVersion(slot: number, version: number | undefined, asked: Asked): void {
    if (!this.#areVersionsJudged()) return;
    const expected = this.#state(slot).version;
    const etag = this.#options.target.system.request.etagOf?.(expected);
    const { etag: shown } = asked.answer;
    const isRead = asked.operation.kind === 'read';
    if (
      (version === undefined || version === expected) &&
      (etag === undefined || shown === etag || (!isRead && shown === undefined))
    )
      return;
    throw new Broken(
      'versions',
      asked,
      `Because each write raises it by one, ${this.#documents.handle(slot).id} has version ${expected}${etag ? ` and the ETag ${etag}` : ''}.`,
    );
  }

  async #judgeLocation({ kind, slot }: ModelWrite, asked: Asked): Promise<void> {
    const { location } = asked.response.headers;
    const read = { kind: 'read', ...this.#documents.handle(slot) } as const;
    // A PUT has said itself where (RFC 9110, section 15.3.2).
    if (location === undefined && kind !== 'create') return;
    const { pathname, search } = new URL(location ?? '', new URL(asked.request.path, asked.url));
    const { pathname: own } = new URL(encode(this.#options.target.system, read).path, asked.url);
    if (location !== undefined && pathname === own) return;
    const there = location === undefined ? asked : await this.#ask(read, { path: pathname + search });
    if (there !== asked && there.answer.documents[0]?.id === read.id) return;
    throw new Broken(
      'location',
      there,
      `Because ${read.id} was made, Location leads to it; it is ${location ?? 'not there'}.`,
    );
  }

  /** By the indexed field: what writes have left there, and nothing that was deleted. */
  async #judgeList(): Promise<void> {
    const { target, resource } = this.#options;
    const [field] = resource.texts;
    if (field === undefined || !routeTo(target.system, 'list', resource.name)) return;
    const { listed } = this.#documents;
    const asked = await this.#ask({ kind: 'list', resource: resource.name, filter: { field, is: listed } });
    const isTold = asked.answer.documents.every(({ body }) => body !== undefined);
    const areVersionsJudged = this.#areVersionsJudged();
    const lined = (id: string, version: number | undefined, body: DocumentBody | undefined): string =>
      JSON.stringify([
        id,
        areVersionsJudged ? version : undefined,
        isTold ? sorted(this.#compared(body)) : undefined,
      ]);
    const shown = asked.answer.documents.map(({ id, version, body }) => lined(id, version, body)).sort();
    const expected = this.#states
      .flatMap(({ isThere, version, body }, slot) =>
        isThere && body[field] === listed ? [lined(this.#documents.handle(slot).id, version, body)] : [],
      )
      .sort();
    if (asked.answer.outcome === 'ok' && shown.join() === expected.join()) return;
    throw new Broken(
      'lists',
      asked,
      `Because of the writes before, ${field}=${listed} lists ${expected.join(', ') || 'nothing'}.`,
    );
  }

  /** What a document is judged by. */
  #compared(body: DocumentBody = {}): DocumentBody {
    const { ownMembers } = this.#options;
    return Object.fromEntries(Object.entries(body).filter(([name]) => !ownMembers.includes(name)));
  }

  #isAboutBody({ response }: Asked, writes: readonly ModelWrite[]): boolean {
    return (
      NOT_THIS_BODY.includes(response.status) && writes.some((write) => this.#documents.mayBeRefused(write))
    );
  }

  #areVersionsJudged(): boolean {
    return this.#options.target.lacks('versions') === undefined;
  }

  #state(slot: number): State {
    return this.#states[slot] ?? NEVER;
  }

  #told(slot: number): string {
    const { isThere, version } = this.#state(slot);
    const { id } = this.#documents.handle(slot);
    if (isThere) return `${id} is there${this.#areVersionsJudged() ? ` at version ${version}` : ''}`;
    return version === 0 ? `there never was a document ${id}` : `${id} was deleted`;
  }

  async #ask(operation: Operation, overrides?: Overrides): Promise<Asked> {
    const asked = await this.#client.ask(operation, overrides);
    this.#exchanges.push(asked);
    return asked;
  }
}

/** With the members of each object in one order, in which JSON says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]): [string, unknown] => [name, sorted(member)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
