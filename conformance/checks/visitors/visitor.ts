import {
  accountOf,
  Client,
  type DocumentBody,
  type Exchange,
  FAR_REPLICA,
  NeedNotMet,
  platformOf,
  type Resource,
  resourceNamed,
  routeTo,
  type Target,
  type TestAccount,
  type View,
  visitTo,
} from '../../../reference-worker/target/index.ts';
import { documentBody, type ScheduledFault } from '../kit/index.ts';

/** A view by its name, with the resource whose documents it shows. */
export interface NamedView {
  readonly name: string;
  readonly view: View;
  readonly resource: Resource;
}

/**
 * The views of documents that checks can write.
 *
 * @param wanted further ones are left out
 * @throws NeedNotMet when there is none
 */
export function viewsOf(
  target: Target,
  wanted: (view: NamedView) => boolean = () => true,
): readonly NamedView[] {
  const { system } = target;
  const views = Object.entries(system.visitors?.views ?? {})
    .map(([name, view]) => ({ name, view, resource: resourceNamed(system, view.resource) }))
    .filter((each) => routeTo(system, 'put', each.view.resource) !== undefined)
    .filter(wanted);
  if (views.length > 0) return views;
  throw new NeedNotMet(
    'needs a view of documents that are put at an id and suit this check, and there is none',
  );
}

/** Whether documents can be kept from visitors. */
export const canHide = ({ resource }: NamedView): boolean => resource.hidden !== undefined;

/** A document that visitors look for: what it holds are this word and, behind a blank, what tells its states apart. */
export interface Published {
  readonly view: NamedView;
  readonly id: string;
  readonly word: string;
}

/** @param word nothing else that is shown may hold it */
export const published = (view: NamedView, word: string): Published => ({
  view,
  id: view.view.id ?? word,
  word,
});

/** The text by which a state of it is known. */
export const markIn = ({ word }: Published, state: string): string => `${word} ${state}`;

export const bodyIn = (of: Published, state: string, members: DocumentBody = {}): DocumentBody =>
  documentBody(of.view.resource, markIn(of, state), members);

/** Somebody without credentials, who reaches what an account shows. */
export class Visitor {
  readonly #target: Target;
  readonly #account: TestAccount;
  readonly #client: Client;

  constructor(target: Target, account: TestAccount = accountOf(target, 'subject')) {
    this.#target = target;
    this.#account = account;
    this.#client = new Client(target, account);
  }

  get account(): TestAccount {
    return this.#account;
  }

  /** Looks at a document. @param headers instead of what reaches the account, or beside it; @throws TransportError */
  look({ view, id, word }: Published, { pop, headers = {} }: Look = {}): Promise<Exchange> {
    const request = visitTo(this.#target.system, view.view, { token: this.#account.token, id, word });
    return this.#client.send(request, {
      token: null,
      bookmark: null,
      headers,
      ...(pop !== undefined && { pop }),
    });
  }
}

export interface Look {
  readonly pop?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** Whether a page shows a text. */
export const shows = ({ response }: Exchange, text: string): boolean => response.body.includes(text);

const A_MOMENT_MS = 1e-6;

/** Time that passes for everybody: for KV and databases on the stepped clock, and for the Worker, whose clock is set on. */
export class PassingTime {
  readonly #target: Target;
  readonly #faults: readonly ScheduledFault[];
  #passedMs = 0;
  #moments = 0;

  constructor(target: Target, faults: readonly ScheduledFault[] = []) {
    this.#target = target;
    this.#faults = faults;
  }

  /** Since the beginning, in milliseconds: on a clock that stands still, what came first has the smaller number too. */
  momentMs(): number {
    this.#moments += 1;
    return this.#passedMs + this.#moments * A_MOMENT_MS;
  }

  async pass(ms: number): Promise<void> {
    const { control } = platformOf(this.#target).platform;
    if (ms > 0) await control.advance(ms);
    this.#passedMs += ms;
    await control.setFaults([
      FAR_REPLICA,
      ...this.#faults,
      { id: 'visitors-clock', kind: 'clock-skew', skewMs: this.#passedMs },
    ]);
  }

  /** Sets the clock right again. */
  async end(): Promise<void> {
    await platformOf(this.#target).platform.control.setFaults([FAR_REPLICA]);
  }
}
