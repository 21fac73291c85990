import {
  type DocumentStep,
  decode,
  encode,
  FORM,
  isChangeStep,
  isOfDrawn,
  isWrite,
  isWriteStep,
  type JourneyStep,
  looksForWritten,
  OPERATION_HEADER,
  type Operation,
  pathTo,
  routeTo,
  type ViewStep,
} from '../../reference-worker/target/index.ts';
import { answeredHeader } from '../k6/index.ts';
import { isListed, type LoadedAccount } from './documents.ts';
import { expectedOf } from './expected.ts';
import { type Choices, hasVersions, type LoadedSystem, newIdOf, operationOf, viewOf } from './requests.ts';

/**
 * The part of the k6 script that a system decides, as JavaScript: its steps one by one, and what every request carries. One
 * function with a switch, because k6 makes every function anew for each virtual user.
 *
 * @param account whose users do them: by its ids and tokens is decided whether there is a list beside the plan
 * @throws Error for a step that the system has no route for
 */
export const compileJourney = (system: LoadedSystem, account: LoadedAccount): string =>
  new Compiler(system, isListed(account)).module();

class Compiler {
  readonly #system: LoadedSystem;
  /** Whether there is a list beside the plan. */
  readonly #isListed: boolean;
  readonly #unknowns = new Unknowns();
  readonly #steps: readonly JourneyStep[];
  /** Where the rounds begin. */
  readonly #round: number;
  /** Whether a write may be answered by a redirect. */
  #redirects = false;

  constructor(system: LoadedSystem, isListed: boolean) {
    this.#system = system;
    this.#isListed = isListed;
    const { opening, steps } = system.journey;
    this.#steps = [...opening.steps, ...steps];
    this.#round = opening.steps.length;
  }

  module(): string {
    const { request, promises, errors } = this.#system;
    const { bookmarkHeader: bookmark, bookmarkCookie } = request;
    const again = this.#steps.flatMap((step, at) => (this.#isRetried(step) ? [this.#readAgain(at)] : []));
    const steps = this.#steps.map((step, at) => `case ${at}: {\n${this.#done(step, at)}\nbreak;\n}`);
    const constants = {
      BOOKMARK: bookmark ?? '',
      BOOKMARK_ANSWERED: answeredHeader(bookmark ?? ''),
      BOOKMARK_COOKIE: bookmarkCookie ?? '',
      REDIRECTS: this.#redirects,
      ERROR: errors?.member ?? '',
      PROBLEMS: promises.includes('problem-documents'),
      NEVER_STORED: promises.includes('never-stored'),
      OPERATION_HEADER,
      SESSIONS: promises.includes('sessions'),
    };
    const { jwt } = this.#system.journey;
    // A function of a description may take a token apart, or encode it: who has no part in making it gets its result.
    const identity = jwt
      ? this.#unknowns.value(request.identify(this.#unknowns.token('token')))
      : 'JSON.parse(token)';
    return [
      "import { canaryOf } from '../../fixtures/generator/canary.ts';",
      "import { count } from './recorded.ts';",
      ...Object.entries(constants).map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`),
      ...this.#list(),
      `export const claims = ${jwt ? `(account, user) => (${this.#claims(jwt)})` : 'null'};`,
      `export const absent = ${errors?.absent ?? null};`,
      `export const identify = (token) => (${identity});`,
      "export const startWork = () => ({ next: 0, opened: '', created: '', mark: '', before: '', version: 0, isRetry: false });",
      'export function makeNextRequest({ user, user: { account }, target }, work) {',
      'switch (work.next) {',
      ...steps,
      ...again,
      '}\n}',
    ].join('\n');
  }

  #claims(jwt: Readonly<Record<string, string>>): string {
    const [account, user] = [this.#unknowns.token('account'), this.#unknowns.token('user')];
    const filled = Object.entries(jwt).map(([name, value]) => [
      name,
      value.replaceAll('{account}', account).replaceAll('{user}', user),
    ]);
    return this.#unknowns.value(Object.fromEntries(filled));
  }

  /** Only where something must be listed: the list and k6's module for it cost each virtual user memory. */
  #list(): string[] {
    if (!this.#isListed) return ["export const listed = () => '';"];
    return [
      "import { SharedArray } from 'k6/data';",
      "import { listFile } from './plan.ts';",
      "const list = new SharedArray('list', () => JSON.parse(open(listFile(__ENV.PLAN_FILE))));",
      'export const listed = (at) => list[at];',
    ];
  }

  #done(step: JourneyStep, at: number): string {
    const next = `work.next = ${this.#goTo(at + 1)};`;
    if (step.does === 'view') return `${this.#visited(step)}\n${next}`;
    const call = this.#call(step, at);
    if (step.does === 'read' && step.which === 'drawn') {
      const drawn = `work.opened = user.draw(${JSON.stringify(step.resource)});\nwork.isRetry = false;`;
      return `${drawn}\n${this.#opened(call, this.#goTo(at + 1), this.#goTo(this.#steps.length))}`;
    }
    if (step.does === 'list' && step.where === 'search')
      return `const { field, prefix } = user.pickSearch();\ntarget(${call});\n${next}`;
    return isWriteStep(step) ? this.#written(step, at, call) : `target(${call});\n${next}`;
  }

  /** Whose page it is, and of what, is drawn; that the visitor is nobody in particular, its headers say. */
  #visited(step: ViewStep): string {
    const view = viewOf(this.#system, step);
    const [account, id] = [this.#unknowns.token('visit.account'), this.#unknowns.token('visit.id')];
    const isDrawn = isOfDrawn(view);
    const path = pathTo(view, isDrawn ? id : (view.id ?? ''), step.word ?? '');
    const expect = { account, shape: 'view', resource: step.resource, ...(isDrawn && { id }) };
    return `const visit = user.visit(${isDrawn ? JSON.stringify(step.resource) : ''});
target({ operation: ${JSON.stringify(step.operation)}, kind: "read", method: "GET", reach: visit.reach,
path: ${this.#unknowns.text(path, (expression) => `encodeURIComponent(${expression})`)},
expect: ${this.#unknowns.value(expect)} });`;
  }

  /** A document is read that later steps need. */
  #opened(call: string, next: string, otherwise: string): string {
    const goOn = (isThere: string): string => `work.next = ${isThere} ? ${next} : ${otherwise};`;
    if (hasVersions(this.#system))
      return `work.version = target(${call}).version ?? 0;\n${goOn('work.version > 0')}`;
    return `const { outcome, shown } = target(${call});\nwork.before = shown ?? '';\n${goOn("outcome === 'ok'")}`;
  }

  #written(step: DocumentStep, at: number, call: string): string {
    const onwards = this.#goTo(this.#pastReadBack(at));
    const failed = this.#isRetried(step)
      ? `outcome === 'conflict' && !work.isRetry ? ${this.#againOf(at)} : ${onwards}`
      : onwards;
    const serverMakesId = step.does === 'create' && this.#system.resources[step.resource]?.ids === 'server';
    return [
      ...(isChangeStep(step) && hasVersions(this.#system) ? ['work.version += 1;'] : []),
      'work.mark = user.nextMark();',
      ...(step.does === 'create'
        ? [`work.created = ${this.#unknowns.text(newIdOf(step, this.#choices(at)))};`]
        : []),
      `const { outcome${serverMakesId ? ', id' : ''} } = target(${call});`,
      ...(serverMakesId ? ["work.created = id ?? '';"] : []),
      ...(this.#isRetried(step) ? ["if (outcome === 'conflict') count('edit_conflicts');"] : []),
      // What was made without a name that is known cannot be looked for.
      `work.next = outcome === 'ok'${serverMakesId ? " && work.created !== ''" : ''} ? ${this.#goTo(at + 1)} : ${failed};`,
    ].join('\n');
  }

  /** When somebody else was faster, the document is read again and the change tried once more, as a person would. */
  #readAgain(at: number): string {
    const opening = this.#steps.findLastIndex(
      (step, before) => before < at && step.does === 'read' && step.which === 'drawn',
    );
    const step = this.#steps[opening];
    if (!step || step.does === 'view')
      throw new Error(`${this.#system.name}: a change comes before anything is opened.`);
    const given = this.#goTo(this.#pastReadBack(at));
    const read = this.#opened(this.#call(step, opening), String(at), given);
    return `case ${this.#againOf(at)}: {\nwork.isRetry = true;\n${read}\nbreak;\n}`;
  }

  readonly #isRetried = (step: JourneyStep): boolean => isChangeStep(step) && hasVersions(this.#system);
  readonly #againOf = (at: number): number => this.#steps.length + at;

  /** The code of what comes next when the work has come to a step, which is done in its share of the rounds. */
  #goTo(at: number): string {
    const step = this.#steps[at];
    if (step?.share !== undefined)
      return `(user.does(${step.share}${isWriteStep(step) ? ', true' : ''}) ? ${at} : ${this.#goTo(this.#pastReadBack(at))})`;
    if (step) return String(at);
    const { again } = this.#system.journey.opening;
    return this.#round === 0 ? '0' : `(user.does(${again}) ? 0 : ${this.#round})`;
  }

  #pastReadBack(at: number): number {
    let next = at + 1;
    for (let step = this.#steps[next]; step && looksForWritten(step); step = this.#steps[next]) next += 1;
    return next;
  }

  #call(step: DocumentStep, at: number): string {
    const unknowns = this.#unknowns;
    const choices = this.#choices(at);
    const operation = operationOf(this.#system, step, choices);
    const { method, path, headers, body } = encode(this.#system, operation);
    const { 'content-type': contentType, 'if-match': ifMatch } = headers;
    const before = this.#steps[at - 1];
    const expected = {
      account: unknowns.token('account'),
      ...expectedOf(this.#system, step, before, choices),
    };
    const fields = [
      `operation: ${JSON.stringify(step.operation)}`,
      `kind: ${JSON.stringify(isWriteStep(step) ? 'write' : 'read')}`,
      `method: ${JSON.stringify(method)}`,
      `path: ${unknowns.text(path, (expression) => `encodeURIComponent(${expression})`)}`,
      ...(body === undefined ? [] : [`body: ${this.#body(body, contentType)}`]),
      ...(contentType === undefined ? [] : [`contentType: ${JSON.stringify(contentType)}`]),
      ...(ifMatch === undefined ? [] : [`ifMatch: ${unknowns.text(ifMatch)}`]),
      ...this.#redirectsTo(operation),
      `expect: ${unknowns.value(expected)}`,
    ];
    return `{ ${fields.join(', ')} }`;
  }

  /** JSON is made of the values when it is sent; a form is a text, whose values are percent-encoded in it. */
  #body(body: string, contentType: string | undefined): string {
    return contentType === FORM
      ? this.#unknowns.text(body, (expression) => `encodeURIComponent(${expression})`)
      : this.#unknowns.value(JSON.parse(body));
  }

  /** The list to which, or to a document below which, an answer to a write may send the client, where its description takes that for done. */
  #redirectsTo(operation: Operation): string[] {
    if (!isWrite(operation)) return [];
    const { resource } = operation;
    if (!routeTo(this.#system, 'read', resource)) return [];
    const { path } = encode(this.#system, { kind: 'read', resource, id: 'redirected' });
    const [list = '', rest] = path.split('/redirected');
    const answerTo = (location: string) =>
      decode(this.#system, operation, { status: 303, headers: { location }, body: '' });
    const [toOne, toAll] = [answerTo(path), answerTo(list)];
    if (rest !== '' || toAll.outcome !== 'ok' || toOne.documents[0]?.id !== 'redirected') return [];
    this.#redirects = true;
    return [`redirectsTo: ${JSON.stringify(list)}`];
  }

  #choices(at: number): Choices {
    const unknowns = this.#unknowns;
    const before = this.#steps[at - 1];
    const token = (expression: string): string => unknowns.token(expression);
    const step = this.#steps[at];
    const isOfCreated = step && looksForWritten(step) && before?.does === 'create' && step.does === 'read';
    return {
      user: token('user.id'),
      opened: token(isOfCreated ? 'work.created' : 'work.opened'),
      created: token('work.created'),
      mark: token('work.mark'),
      before: token('work.before'),
      now: token('new Date().toISOString()'),
      version: { seen: token('(work.version - 1)'), next: token('work.version') },
      search: { field: token('field'), prefix: token('prefix') },
      after: (value, characters) => token(`${unknowns.text(value)}.slice(${characters})`),
      canary: (collection, id, version) =>
        token(
          `canaryOf({ account, collection: ${JSON.stringify(collection)}, id: ${unknowns.text(id)}, version: ${Number(version) || unknowns.text(version)} })`,
        ),
    };
  }
}

/**
 * Texts of which parts are known only when the k6 script runs. The functions of a description are called with tokens instead of
 * those parts; what comes back says where they go, and becomes code that puts them there. So the script needs none of these
 * functions, each of which would cost memory in every virtual user.
 */
class Unknowns {
  readonly #expressions: string[] = [];

  /** @param expression what the script has instead: code. @returns letters and digits, which no encoding changes */
  token(expression: string): string {
    return `zzq${this.#expressions.push(expression) - 1}qzz`;
  }

  /** @returns the code of a text that holds tokens */
  text(text: string, wrap = (expression: string): string => expression): string {
    const parts = text.split(TOKEN).map((part, at) => {
      if (at % 2 === 0) return part === '' ? [] : [JSON.stringify(part)];
      return [wrap(this.#expressions[Number(part)] ?? '')];
    });
    return parts.flat().join(' + ') || '""';
  }

  /** @returns the code of a value that JSON can hold */
  value(value: unknown): string {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return `[${value.map((each) => this.value(each)).join(', ')}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const fields = Object.entries(value).map(([name, each]) => `[${this.text(name)}]: ${this.value(each)}`);
    return `{ ${fields.join(', ')} }`;
  }
}

const TOKEN = /zzq(\d+)qzz/;
