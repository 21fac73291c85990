import type { Operation as Request } from '../../reference-worker/target/index.ts';
import {
  type Asked,
  accountOf,
  Client,
  type Overrides,
  type Target,
  TransportError,
} from '../../reference-worker/target/index.ts';
import type { RecordedOperation } from '../history/index.ts';
import type { Key, ReadStep, WriteStep } from './program.ts';
import { effectsOf, type ProgramDocuments, readOf, readRequest, writeOf, writeRequest } from './requests.ts';

/** The session that reads every document when nothing is under way any more. */
export const AUDITOR = 'Z';

export interface RecorderOptions {
  readonly target: Target;
  readonly documents: ProgramDocuments;
  /** The documents of the program: a page shows all of them. */
  readonly keys: readonly Key[];
  /** The logical time. */
  readonly now: () => number;
}

/** Makes the requests of a program, and writes down what became of them. */
export class ProgramRecorder {
  readonly operations: RecordedOperation[] = [];
  readonly exchanges = new Map<RecordedOperation, Asked>();
  readonly #options: RecorderOptions;
  readonly #clients = new Map<string, Client>();
  /** What each session last saw or wrote of each key. */
  readonly #versions = new Map<string, number | undefined>();
  /** Of the latest commit that anybody was told of: no position is later. */
  #newestBookmark: string | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  async write(step: WriteStep): Promise<void> {
    const { documents, now } = this.#options;
    const { session, pop } = step;
    const invoked = now();
    const { etagOf } = this.#options.target.system.request;
    const seen = (key: Key) => (etagOf ? this.#versions.get(session + key) : undefined);
    const effects = effectsOf(step, `${session}${invoked}`, seen);
    const client = this.#client(session);
    const asked = await ask(client, writeRequest(effects, documents, this.#options.target.system), { pop });
    const write = writeOf({ session, pop, invoked, completed: now() }, effects, asked?.answer);
    this.#keep(write, asked);
    if (write.outcome !== 'ok') return;
    this.#newestBookmark = client.bookmark;
    for (const { key, version } of write.effects) this.#versions.set(session + key, version);
  }

  async read({ session, pop, of }: Omit<ReadStep, 'fault'>): Promise<void> {
    await this.#read(session, of, { pop });
  }

  /** Reads with the newest bookmark that there is. */
  async audit(key: Key): Promise<void> {
    await this.#read(AUDITOR, key, { bookmark: this.#newestBookmark ?? null });
  }

  async #read(session: string, of: ReadStep['of'], overrides: Overrides): Promise<void> {
    const { documents, now, keys } = this.#options;
    const invoked = now();
    const asked = await ask(this.#client(session), readRequest(of, documents), overrides);
    const { pop = '' } = asked ?? {};
    const invocation = { session, pop, invoked, completed: now() };
    const read = readOf(invocation, of === 'all' ? keys : [of], documents.name, asked?.answer);
    if (!read) return;
    this.#keep(session === AUDITOR ? { ...read, strong: true } : read, asked);
    for (const { key, version } of read.seen) this.#versions.set(session + key, version);
  }

  #keep(operation: RecordedOperation, asked: Asked | undefined): void {
    this.operations.push(operation);
    if (asked) this.exchanges.set(operation, asked);
  }

  #client(session: string): Client {
    const { target } = this.#options;
    const client = this.#clients.get(session) ?? new Client(target, accountOf(target, 'subject'));
    this.#clients.set(session, client);
    return client;
  }
}

/** @returns undefined when no whole answer came, which proves nothing */
async function ask(client: Client, request: Request, overrides: Overrides): Promise<Asked | undefined> {
  try {
    return await client.begin(request, overrides);
  } catch (error) {
    if (error instanceof TransportError) return undefined;
    throw error;
  }
}
