import {
  type Asked,
  Client,
  type Exchange,
  type Handle,
  NeedNotMet,
  type Operation,
  type TestAccount,
} from '../../../reference-worker/target/index.ts';
import type { Check, Context } from '../check.ts';
import type { Witness } from '../evidence.ts';
import type { Made } from '../kit/index.ts';
import { bodyOf, makeChildren, makeDocument, operationOn, resourcesFor } from '../kit/index.ts';
import {
  type Attack,
  type AttackPosition,
  attacksOf,
  coveringValue,
  type LeftOut,
  positionOf,
  type Suits,
} from './cases.ts';
import { type Fixture, fixtureOf, letterOf } from './fixture.ts';

/** One way to reach for another account's data, judged for every attack that it applies to. */
export interface IsolationCheck extends Check {
  readonly leavesOut: readonly LeftOut[];
}

/** What a check works with. */
export interface IsolationContext extends Context {
  readonly fixture: Fixture;
  readonly cases: readonly TestCase[];
}

interface Described extends Omit<Check, 'id' | 'environment' | 'run' | 'requirements'> {
  readonly name: string;
  /** Beside A2 and A7, which all of them prove. */
  readonly requirements?: readonly string[];
  readonly leavesOut: readonly LeftOut[];
  /** Whether both accounts of a pair do the same. */
  readonly isSymmetric?: boolean;
  /** Which of the resources that answer a route it can be tried on; all unless told otherwise. */
  readonly suits?: Suits;
  /** Whether a covering array of the attacks is enough with any effort, because what is judged hardly depends on the pair. */
  readonly isThinned?: boolean;
  judge(context: IsolationContext): Promise<void>;
}

/** A check of isolation. It throws for an attack that got no claim or no control. */
export function isolationCheck({
  name,
  judge,
  requirements = [],
  isSymmetric = false,
  isThinned = false,
  suits = () => true,
  ...described
}: Described): IsolationCheck {
  return {
    ...described,
    id: `isolation/${name}`,
    requirements: ['A2', 'A7', ...requirements],
    // All accounts of a deployment share a process, and none of these checks needs a replica to be behind.
    environment: 'real-time',
    async run(context) {
      const { system, accounts } = context.target;
      const fixture = await fixtureOf(context);
      const attacks = attacksOf(system, accounts, {
        leavesOut: described.leavesOut,
        suits,
        isSymmetric,
        isThinned: isThinned || context.effort === 'fast',
      });
      if (attacks.length === 0)
        throw new NeedNotMet('needs a kind of request, and two accounts, that it can be tried with');
      const cases = attacks.map(
        (attack) => new TestCase(context, fixture, { ...attack, suits }, positionOf(attack, attacks)),
      );
      await judge({ ...context, fixture, cases });
      const missed = cases.filter(({ isJudged }) => !isJudged).map((each) => each.name);
      if (missed.length > 0)
        throw new Error(`no claim, or no control, for these cases: ${missed.join('; ')}`);
    },
  };
}

/** Judges all cases at once; a case waits for its own requests only. */
export const eachCase =
  (judge: (testCase: TestCase, context: IsolationContext) => Promise<void>) =>
  async (context: IsolationContext): Promise<void> => {
    await Promise.all(context.cases.map((testCase) => judge(testCase, context)));
  };

/** An attack under way: two accounts, documents to reach for, and what was found. */
export class TestCase {
  readonly route: Attack['route'];
  /** A session of its own, as the owner's. */
  readonly attacker: Client;
  readonly owner: Client;
  readonly position: AttackPosition;
  /** What its documents are, unless the check says otherwise. */
  readonly resource: string;
  readonly #context: Context;
  readonly #fixture: Fixture;
  /** By the id that a Worker gave a document: the one that was wished for, which its indexed fields hold. */
  readonly #wished = new Map<string, string>();
  #claims = 0;
  #controls = 0;

  constructor(
    context: Context,
    fixture: Fixture,
    { route, attacker, owner, suits }: Attack & { readonly suits: Suits },
    position: AttackPosition,
  ) {
    this.#context = context;
    this.#fixture = fixture;
    this.route = route;
    this.position = position;
    this.attacker = new Client(context.target, attacker);
    this.owner = new Client(context.target, owner);
    const { system } = context.target;
    const resources = resourcesFor(system, route).filter((resource) => suits(resource, route, system));
    this.resource = coveringValue(resources, position, context.seed).name;
  }

  /** As `read, alder against beech`. */
  get name(): string {
    return `${this.route}, ${this.attacker.account.id} against ${this.owner.account.id}`;
  }

  get isJudged(): boolean {
    return this.#claims > 0 && this.#controls > 0;
  }

  /** @param text as a clause that is true when it holds; the case is added */
  claim(text: string, holds: boolean, witness: Witness | readonly Exchange[]): boolean {
    this.#claims += 1;
    return this.#context.evidence.claim(`${text} (${this.name})`, holds, witness);
  }

  control(text: string, holds: boolean, exchanges: readonly Exchange[]): boolean {
    this.#controls += 1;
    return this.#context.evidence.control(`${text} (${this.name})`, holds, exchanges);
  }

  /** A control that is nothing but a request which the target has to serve. @param asked the last one is that request */
  served(text: string, holds: boolean, asked: readonly Asked[]): boolean {
    this.#controls += 1;
    return this.#context.evidence.served(`${text} (${this.name})`, holds, asked);
  }

  /** An id that no other case uses. */
  unique(name: string): string {
    const { accounts } = this.#context.target;
    const pair = [this.attacker, this.owner].map(({ account }) => letterOf(accounts, account)).join('');
    return this.#context.unique(`${this.route}-${pair}-${name}`);
  }

  handle(name: string, resource = this.resource): Handle {
    return { resource, id: this.unique(name) };
  }

  /** What tells an account's documents from those of others. */
  markOf({ account }: Client): string {
    return this.#fixture.markOf(account);
  }

  /** Makes an account's document for this kind of request, and what belongs to it where that is shown with it. */
  async make(client: Client, handle: Handle): Promise<Made | undefined> {
    // A create needs that there is none.
    if (this.route === 'create') return undefined;
    const { system } = this.#context.target;
    const made = await makeDocument(client, system, handle, this.markOf(client));
    this.#wished.set(made.handle.id, handle.id);
    if (this.route === 'join') await makeChildren(client, system, made.handle, this.markOf(client));
    return made;
  }

  /** The request of this case's kind: an intruder's, unless it has the mark of somebody. */
  operation(handle: Handle, mark = 'of an intruder'): Operation {
    const { system } = this.#context.target;
    const wished = { ...handle, id: this.#wished.get(handle.id) ?? handle.id };
    const body = bodyOf(system, wished, mark);
    return operationOn(system, this.route, this.route === 'list' ? wished : handle, body);
  }

  /** What an answer shows to its reader, the attacker unless told otherwise, of any other account. */
  leaks(exchange: Exchange, reader: TestAccount = this.attacker.account): readonly string[] {
    return this.#fixture.leaksIn(exchange, reader);
  }
}
