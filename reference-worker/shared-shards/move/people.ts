import { setTimeout as sleep } from 'node:timers/promises';
import { type Asked, type clientAt, type Operation, TransportError } from '../../target/index.ts';

/** All people together write this often, however many they are. */
const WRITE_EVERY_MS = 25;

type Client = ReturnType<typeof clientAt>;

/** People of one account who go on working while it moves, each on a document of their own. */
export class People {
  readonly violations: string[] = [];
  readonly all: readonly Person[];
  /** When writes were refused because the account was on its way, in milliseconds of performance.now(): from sending to answer. */
  #refusals: { readonly fromMs: number; readonly toMs: number }[] = [];

  /** @param clientOf of the nth */
  constructor(count: number, clientOf: (n: number) => Client) {
    this.all = Array.from({ length: count }, (_, n) => new Person(clientOf(n), `no-${n}`, this));
    // They do not all begin at once.
    for (const [n, person] of this.all.entries()) person.work(n * WRITE_EVERY_MS, count * WRITE_EVERY_MS);
  }

  refused(fromMs: number): void {
    this.#refusals.push({ fromMs, toMs: performance.now() });
  }

  /** For how long writes were refused since the last call, from the first of them to the last: 0 where none was. */
  takeRefusedMs(): number {
    const [all, first] = [this.#refusals, this.#refusals[0]];
    this.#refusals = [];
    return first
      ? Math.max(...all.map(({ toMs }) => toMs)) - Math.min(...all.map(({ fromMs }) => fromMs))
      : 0;
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((person) => person.stop()));
  }

  total(of: (person: Person) => number): number {
    return this.all.reduce((sum, person) => sum + of(person), 0);
  }
}

/** Somebody who writes one document again and again, and reads it back with the bookmark of the write. */
class Person {
  writes = 0;
  refused = 0;
  reads = 0;
  readonly id: string;
  /** The newest version that was acknowledged, and how many writes after it may have happened. */
  version = 0;
  unknown = 0;
  readonly #client: Client;
  readonly #people: People;
  #running: Promise<void> = Promise.resolve();
  readonly #stopped = new AbortController();

  constructor(client: Client, id: string, people: People) {
    this.#client = client;
    this.id = id;
    this.#people = people;
  }

  work(afterMs: number, everyMs: number): void {
    this.#running = this.#work(afterMs, everyMs);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #work(afterMs: number, everyMs: number): Promise<void> {
    const { signal } = this.#stopped;
    const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);
    await pause(afterMs);
    while (!signal.aborted) {
      await this.#write();
      await this.#read();
      await pause(everyMs);
    }
  }

  async #write(): Promise<void> {
    const body = { clientId: 'cl-1', authorId: 'us-00001', text: `write ${this.writes}` };
    const fromMs = performance.now();
    const asked = await this.#ask({ kind: 'put', resource: 'notes', id: this.id, body });
    if (asked === undefined || asked.answer.outcome === 'unknown') {
      this.unknown += 1;
      return;
    }
    const { answer } = asked;
    if (answer.outcome === 'refused') {
      this.refused += 1;
      if (answer.code === 'shard_unavailable') this.#people.refused(fromMs);
    } else {
      this.writes += 1;
      this.#see('written as', answer.documents[0]?.version, 1);
    }
  }

  async #read(): Promise<void> {
    const asked = await this.#ask({ kind: 'read', resource: 'notes', id: this.id });
    if (asked === undefined || asked.response.status >= 500) return;
    const { answer } = asked;
    this.reads += 1;
    if (answer.outcome === 'absent' && this.version === 0) return;
    this.#see('read as', answer.documents[0]?.version, 0);
  }

  /** @returns undefined where no answer came in time: what was written may have been (rule of evidence 8) */
  async #ask(operation: Operation): Promise<Asked | undefined> {
    try {
      return await this.#client.ask(operation);
    } catch (error) {
      if (error instanceof TransportError) return undefined;
      throw error;
    }
  }

  /** @param more by how much the version must have risen at least */
  #see(how: string, version = 0, more: number): void {
    const [least, most] = [this.version + more, this.version + more + this.unknown];
    if (version < least || version > most)
      this.#people.violations.push(
        `${this.id} was ${how} version ${version}, where ${least} to ${most} was due.`,
      );
    this.unknown = Math.max(0, most - version);
    this.version = Math.max(version, this.version);
  }
}
