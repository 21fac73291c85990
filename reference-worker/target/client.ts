import type { Answer, HttpRequest, HttpResponse } from './answer.ts';
import { changesDocuments, type Operation } from './operation.ts';
import { decode, encode, positionHeaders, type System, withExisting } from './system/index.ts';
import { existingKey, type Target } from './target.ts';
import type { TestAccount } from './test-account.ts';
import { sendHttp } from './transport.ts';

/** One request and its response: what a witness is made of. */
export interface Exchange {
  /** Whose token was sent, unless it was replaced. */
  readonly account: string;
  readonly pop: string;
  readonly url: string;
  readonly request: HttpRequest;
  readonly response: HttpResponse;
}

/** An exchange that asked for an operation of the contract. */
export interface Asked extends Exchange {
  readonly operation: Operation;
  readonly answer: Answer;
}

/** What one request does differently from the client's own. */
export interface Overrides {
  readonly pop?: string;
  /** null: no credentials at all. */
  readonly token?: string | null;
  /** null: no bookmark. */
  readonly bookmark?: string | null;
  /** Added last; undefined removes one. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Instead of the path that the system made. */
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly bodyEncoding?: 'latin1';
  readonly host?: string;
  /** Gives the request up. */
  readonly signal?: AbortSignal;
  /** Another deployment's URL. */
  readonly url?: string;
}

/** What a client needs of a target. */
type Reached = Pick<Target, 'system' | 'accounts' | 'existing' | 'pops' | 'send' | 'settle' | 'willWrite'>;

/** A user of an account: one session, which sends back the newest bookmark it was given. */
export class Client {
  readonly account: TestAccount;
  readonly #target: Reached;
  readonly #pop: string;
  #bookmark: string | undefined;

  constructor(target: Reached, account: TestAccount, pop = target.pops[0] ?? '') {
    this.#target = target;
    this.account = account;
    this.#pop = pop;
  }

  /** The position that this session has reached. */
  get bookmark(): string | undefined {
    return this.#bookmark;
  }

  /** Asks for an operation, and waits. @throws TransportError */
  async ask(operation: Operation, overrides: Overrides = {}): Promise<Asked> {
    return this.#target.settle(this.begin(operation, overrides));
  }

  /** Asks without stepping the clock. @throws TransportError */
  async begin(operation: Operation, overrides: Overrides = {}): Promise<Asked> {
    const owner = this.#target.accounts.find(({ token }) => token === overrides.token) ?? this.account;
    const { system, willWrite } = this.#target;
    const isMadeThere = operation.kind === 'create' && system.resources[operation.resource]?.ids === 'server';
    const writes = changesDocuments(operation) && !isMadeThere ? operation : undefined;
    const notWritten = writes && willWrite?.(owner, writes);
    const exchange = await this.#exchange(encode(system, operation), overrides);
    const answer = decode(system, operation, exchange.response);
    if (answer.outcome === 'refused' || answer.outcome === 'absent') notWritten?.();
    // Only now is its id known.
    if (isMadeThere) for (const { id } of answer.documents) willWrite?.(owner, { ...operation, id });
    // Only the client's own answers: what it got with somebody else's credentials is not its session.
    if (overrides.token === undefined) this.#bookmark = answer.bookmark ?? this.#bookmark;
    return { ...exchange, operation, answer };
  }

  /** Sends anything at all. @throws TransportError */
  async send(request: HttpRequest, overrides: Overrides = {}): Promise<Exchange> {
    return this.#target.settle(this.#exchange(request, overrides));
  }

  async #exchange(request: HttpRequest, overrides: Overrides): Promise<Exchange> {
    const { system } = this.#target;
    const { pop = this.#pop, token = this.account.token, bookmark = this.#bookmark, host } = overrides;
    const headers = headersOf(
      { host },
      token === null ? {} : system.request.identify(token),
      // An empty one is sent too: what a Worker makes of it is judged.
      bookmark === null || bookmark === undefined ? {} : positionHeaders(system.request, bookmark),
      request.headers,
      overrides.headers ?? {},
    );
    const { method = request.method, path = request.path, body = request.body, bodyEncoding } = overrides;
    const sent: HttpRequest = {
      ...{ method, headers, path: this.#naming(path), body: body && this.#naming(body) },
      ...(bodyEncoding && { bodyEncoding }),
    };
    const url = overrides.url ?? this.account.urls[pop];
    if (url === undefined) throw new Error(`${this.account.id} has no URL in ${pop}`);
    const response = await this.#target.send(url, sent, { host, signal: overrides.signal });
    return { account: this.account.id, pop, url, request: sent, response };
  }

  /** With the account's own document wherever one must be named. */
  #naming(text: string): string {
    const { existing } = this.#target;
    return existing ? withExisting(text, (name) => existing.get(existingKey(this.account.id, name))) : text;
  }
}

export interface ClientOptions {
  readonly system: System;
  /** Scheme, host and port. */
  readonly url: string;
  readonly account: string;
  readonly token: string;
  /** How requests go out: over a real socket unless told otherwise. */
  readonly send?: Target['send'];
}

/** A client of one URL, where no target was opened: what seeds, loads or measures a Worker asks with it. */
export function clientAt({ system, url, account, token, send = sendHttp }: ClientOptions): Client {
  const known: TestAccount = { role: 'subject', id: account, token, urls: { anywhere: url } };
  const pops = ['anywhere'];
  return new Client({ system, accounts: [known], pops, send, settle: (work) => work }, known);
}

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Of a header that several name the last one counts, and undefined removes it. Only cookies are joined, in one header
 * (RFC 6265, section 5.4): one may say who is asking, another one which position the session has reached.
 */
function headersOf(...layers: readonly Headers[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [given, value] of layers.flatMap((layer) => Object.entries(layer))) {
    const name = given.toLowerCase();
    const cookies = name === 'cookie' ? headers.get(name) : undefined;
    if (value === undefined) headers.delete(name);
    else headers.set(name, cookies === undefined ? value : `${cookies}; ${value}`);
  }
  return Object.fromEntries(headers);
}
