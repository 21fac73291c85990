import type { Operation as Request } from '../../reference-worker/target/index.ts';
import {
  type Asked,
  accountOf,
  Client,
  type Overrides,
  type Target,
  TransportError,
} from '../../reference-worker/target/index.ts';
import type { RecordedOperation, RecordedRead } from '../history/index.ts';
import type { Key, ReadForm, ReadStep, WriteStep } from './program.ts';
import {
  effectsOf,
  type ProgramDocuments,
  parentRequest,
  readOf,
  readRequest,
  versionRead,
  writeOf,
  writeRequest,
} from './requests.ts';

/** More than a program can make of a document. */
const VERSIONS = Array.from({ length: 100 }, (_, index) => index + 1);

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

  async read({ session, pop, of, how }: Omit<ReadStep, 'fault'>): Promise<void> {
    if (of === 'all')
      await (how === 'pages' ? this.#pages(session, pop) : this.#read(session, of, how, { pop }));
    else if (how === 'plain' || !this.#options.target.system.request.etagOf)
      await this.#read(session, of, 'plain', { pop });
    else await this.#versionOf(session, of, how, pop);
  }

  /** Reads with the newest bookmark that there is. */
  async audit(key: Key): Promise<void> {
    await this.#read(AUDITOR, key, 'plain', { bookmark: this.#newestBookmark ?? null });
  }

  /** Makes what the documents belong to, where there is such a thing. */
  async putParent(): Promise<void> {
    const request = parentRequest(this.#options.documents);
    if (request) await ask(this.#client(AUDITOR), request, {});
  }

  async #read(session: string, of: ReadStep['of'], how: ReadForm, overrides: Overrides): Promise<void> {
    const { documents, now, keys } = this.#options;
    const invoked = now();
    const asked = await ask(this.#client(session), readRequest(of, how, documents), overrides);
    // A parent that is not there tells nothing of what belongs to it.
    if (how === 'join' && asked?.answer.outcome !== 'ok') return;
    const invocation = { session, pop: asked?.pop ?? '', invoked, completed: now() };
    const read = readOf(invocation, of === 'all' ? keys : [of], documents, asked?.answer, true);
    if (read) this.#sees(session === AUDITOR ? { ...read, strong: true } : read, asked);
  }

  /** Each page is a read of its own: what is on none of them may have been on another one when that was made. */
  async #pages(session: string, pop: string): Promise<void> {
    const { documents, now, keys } = this.#options;
    const list = readRequest('all', 'pages', documents);
    let cursor: string | null | undefined;
    for (let page = 0; page <= keys.length && cursor !== null; page += 1) {
      const invoked = now();
      const asked = await ask(
        this.#client(session),
        { ...list, ...(cursor !== undefined && { cursor }) },
        { pop },
      );
      const invocation = { session, pop, invoked, completed: now() };
      const read = readOf(invocation, keys, documents, asked?.answer, false);
      if (read) this.#sees(read, asked);
      cursor = asked?.answer.cursor ?? null;
    }
  }

  /** The version of a document, from an answer without its content; from one with it if it has changed. */
  async #versionOf(session: string, key: Key, how: ReadForm, pop: string): Promise<void> {
    const { documents, now, target } = this.#options;
    const { etagOf } = target.system.request;
    const known = this.#versions.get(session + key) ?? 0;
    if (!etagOf || (how === 'if-changed' && known === 0)) return this.#read(session, key, 'plain', { pop });
    const invoked = now();
    const request = readRequest(key, 'plain', documents);
    const asked =
      how === 'head'
        ? await ask(this.#client(session), request, { pop, method: 'HEAD' })
        : await ask(this.#client(session), { ...request, ifNoneMatch: etagOf(known) } as Request, { pop });
    if (!asked) return;
    const invocation = { session, pop, invoked, completed: now() };
    const { status, headers } = asked.response;
    if (how === 'if-changed' && status !== 304) {
      const read = readOf(invocation, [key], documents, asked.answer, true);
      if (read) this.#sees(read, asked);
      return;
    }
    const version =
      status === 304 ? known : status === 404 ? 0 : VERSIONS.find((each) => etagOf(each) === headers.etag);
    if (version !== undefined && (status < 400 || status === 404) && asked.answer.unreadable === undefined)
      this.#sees(versionRead(invocation, key, version, asked.answer), asked);
  }

  #sees(read: RecordedRead, asked: Asked | undefined): void {
    this.#keep(read, asked);
    for (const { key, version } of read.seen) this.#versions.set(read.session + key, version);
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
