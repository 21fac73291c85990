import fc from 'fast-check';
import {
  type Asked,
  accountOf,
  Client,
  decode,
  type Exchange,
  familiesOf,
  type Handle,
  type Operation,
  type OperationKind,
  type Resource,
  resourceWith,
  routeTo,
  type Target,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import { documentBody, leakIn } from '../kit/index.ts';
import { type HostileRequest, hostileRequest, hostileRequests, knownHostile } from './hostile-requests.ts';

const RUNS = { fast: 60, full: 200 } as const;

export const malformedInput: Check = {
  id: 'robustness/malformed-input',
  title:
    'No request, however broken, makes the Worker fail, tell how it works, or change what it says it did not.',
  requirements: ['A7', 'B3'],
  severity: 'high',
  environment: 'real-time',
  needs: ['put', 'read'],
  method:
    'Requests to every route are broken in up to three ways: wrong methods, paths with broken escapes, repeated and ' +
    'unknown parameters, broken headers, JSON of the wrong shape, depth or size, names like __proto__. First those ' +
    'known to have broken Workers, then drawn ones; a failure is shrunk to the fewest flaws. After each the document ' +
    'is read: it has changed only if the answer says so. Requests that break HTTP itself never reach a Worker and are ' +
    'not sent.',
  async run(context) {
    const { target, evidence, seed, effort, path } = context;
    const operations = operationsOn(context);
    const subject = await Subject.create(context);
    let sent = 0;
    let refused = 0;
    let found: { readonly complaint: Complaint; readonly exchanges: readonly Exchange[] } | undefined;
    const property = fc.asyncProperty(hostileRequests(operations, target.system), async (hostile) => {
      const { exchange, read, before } = await subject.meet(hostile);
      sent += 1;
      refused += exchange.response.status >= 400 ? 1 : 0;
      const complaint = complaintAbout(exchange, before, stateIn(read)) ?? complaintAboutRead(exchange, read);
      if (complaint) found = { complaint, exchanges: [exchange, read] };
      return !complaint;
    });
    const details = await fc.check(property, {
      seed,
      numRuns: RUNS[effort],
      examples: knownHostile(operations).map((hostile): [HostileRequest] => [hostile]),
      ...(path !== undefined && { path }),
    });
    // No complaint, and yet it failed: a request was not answered, which is no verdict on the Worker.
    if (details.failed && !found) throw details.errorInstance;
    const { complaint, exchanges } = found ?? { complaint: undefined, exchanges: [] };
    for (const text of Object.values(CLAIMS))
      evidence.claim(text, complaint?.claim !== text, {
        sentences: complaint?.sentences ?? [],
        exchanges,
        ...(details.counterexamplePath !== null && { replay: `--path ${details.counterexamplePath}` }),
      });
    const last = await subject.write();
    evidence.control('afterwards a request without a flaw is done', last.answer.outcome === 'ok', [last]);
    evidence.remark(`${refused} of ${sent} requests were refused.`);
  },
};

const CLAIMS = {
  works: "a broken request is the client's mistake, never a failure of the server",
  tells: 'an error holds nothing of how the Worker works',
  reads: 'an error that is JSON is a whole document, with a code if it is a problem',
  keeps: 'a request that is refused changes nothing',
  leaves: 'a request that is done leaves a document that can be read',
} as const;

const COMMON_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

interface Complaint {
  readonly claim: (typeof CLAIMS)[keyof typeof CLAIMS];
  readonly sentences: readonly string[];
}

function complaintAbout(
  { request, response }: Exchange,
  before: string,
  after: string,
): Complaint | undefined {
  const { status, body } = response;
  const asked = `${request.method} ${request.path.slice(0, 200)}`;
  // A method that a server does not know (RFC 9110, section 15.6.2): refused, and no failure.
  const isUnknownMethod = status === 501 && !COMMON_METHODS.has(request.method);
  if (status >= 500 && !isUnknownMethod)
    return {
      claim: CLAIMS.works,
      sentences: [
        'Because a client can send anything, a request that makes no sense is refused with 4xx.',
        `However, ${asked} was answered ${status}.`,
      ],
    };
  if (status < 400) return undefined;
  const leak = leakIn(body);
  if (leak !== undefined)
    return { claim: CLAIMS.tells, sentences: [`However, the error for ${asked} holds "${leak}".`] };
  const flaw = flawOfError(response.headers['content-type'], body);
  if (flaw !== undefined)
    return { claim: CLAIMS.reads, sentences: [`However, the error for ${asked} ${flaw}.`] };
  if (before === after) return undefined;
  return {
    claim: CLAIMS.keeps,
    sentences: [
      `Because ${asked} was answered ${status}, the document is as it was: ${before.slice(0, 200)}.`,
      `However, it is ${after.slice(0, 200)}.`,
    ],
  };
}

function complaintAboutRead({ request, response }: Exchange, read: Asked): Complaint | undefined {
  if (isReadable(read)) return undefined;
  return {
    claim: CLAIMS.leaves,
    sentences: [
      `Because ${request.method} ${request.path.slice(0, 200)} was answered ${response.status}, what it left is a document.`,
      `However, a read was answered ${read.response.status}, with ${read.response.body.slice(0, 200)}.`,
    ],
  };
}

/** As the rest of a sentence. A response to HEAD has no body, and its type says nothing of it. */
function flawOfError(contentType = '', body: string): string | undefined {
  if (!contentType.includes('json') || body === '') return undefined;
  try {
    const json: unknown = JSON.parse(body);
    const hasCode = typeof json === 'object' && json !== null && 'code' in json;
    return hasCode || !contentType.includes('problem') ? undefined : 'has no code';
  } catch {
    return 'is called JSON and is none';
  }
}

/** The document that hostile requests are about. */
class Subject {
  readonly #target: Target;
  readonly #client: Client;
  readonly #resource: Resource;
  readonly #id: string;
  #state = '';
  #isReadable = true;

  static async create(context: Context): Promise<Subject> {
    const subject = new Subject(context);
    await subject.write();
    return subject;
  }

  private constructor({ target, unique }: Context) {
    this.#target = target;
    this.#client = new Client(target, accountOf(target, 'subject'));
    this.#resource = resourceFor(target);
    this.#id = unique('document');
  }

  get #handle(): Handle {
    return { resource: this.#resource.name, id: this.#id };
  }

  /** Writes it as it should be. */
  async write(): Promise<Asked> {
    const asked = await this.#client.ask({
      kind: 'put',
      ...this.#handle,
      body: documentBody(this.#resource, 'x'),
    });
    this.#state = stateIn(await this.#client.ask({ kind: 'read', ...this.#handle }));
    return asked;
  }

  /** Sends a hostile request and reads the document after it. */
  async meet(hostile: HostileRequest): Promise<{ exchange: Exchange; read: Asked; before: string }> {
    const { system } = this.#target;
    // What one request broke would be blamed on the next, and shrinking would end at an innocent one.
    if (!this.#isReadable) await this.write();
    const before = this.#state;
    const exchange = await this.#client.send(hostileRequest(system, hostile));
    const answer = decode(system, hostile.operation, exchange.response);
    // At its position: a cache may hold the document as it was before.
    const bookmark = answer.bookmark ?? this.#client.bookmark ?? null;
    const read = await this.#client.ask({ kind: 'read', ...this.#handle }, { bookmark });
    this.#state = stateIn(read);
    this.#isReadable = isReadable(read);
    return { exchange, read, before };
  }
}

const resourceFor = ({ system }: Target): Resource =>
  resourceWith(system, { ids: 'client', routes: ['put', 'read'] });

const isReadable = ({ answer }: Asked): boolean => answer.outcome === 'ok' || answer.outcome === 'absent';

const stateIn = ({ answer }: Asked): string => JSON.stringify(answer.documents[0] ?? 'absent');

/** One of each kind that there is a route for, all on the document. */
function operationsOn({ target, unique }: Context): Operation[] {
  const { system } = target;
  const described = resourceFor(target);
  const { name: resource } = described;
  const document = { resource, id: unique('document') };
  const body = documentBody(described, 'y', { note: 1 });
  const [field] = described.texts;
  const [family] = familiesOf(system, { joined: true });
  const all: { readonly [Kind in OperationKind]: Extract<Operation, { kind: Kind }> } = {
    read: { kind: 'read', ...document },
    list: { kind: 'list', resource, ...(field !== undefined && { filter: { field, is: 'x' } }), limit: 5 },
    join: { ...document, kind: 'join', resource: family?.parent.name ?? '', child: family?.child.name ?? '' },
    put: { kind: 'put', ...document, body },
    patch: { kind: 'patch', ...document, body },
    create: { kind: 'create', ...document, body },
    delete: { kind: 'delete', ...document },
    batch: { kind: 'batch', writes: [{ kind: 'put', ...document, body }] },
  };
  const isServed = (operation: Operation): boolean =>
    operation.kind === 'join'
      ? family !== undefined
      : routeTo(system, operation.kind, 'resource' in operation ? operation.resource : undefined) !==
        undefined;
  return Object.values(all).filter(isServed);
}
