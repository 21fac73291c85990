import {
  type DocumentStep,
  isChangeStep,
  type JourneyStep,
  type Operation,
} from '../../reference-worker/target/index.ts';
import { idAt, type LoadedAccount } from './documents.ts';
import { type Choices, choicesOf, type LoadedSystem, newIdOf, operationOf } from './requests.ts';

/** Whose steps they are, and on which documents. */
export interface Walker {
  readonly system: LoadedSystem;
  readonly account: LoadedAccount;
  /** Of the document that is opened, from 0; also chooses the user. */
  readonly index: number;
  /** Tells apart what is created for one document. */
  readonly number?: number;
  /** Of the document that is opened. */
  readonly version?: number | undefined;
}

/** What a step asks for of documents that are chosen by their number instead of by chance. */
export function requestOf(step: DocumentStep, walker: Walker): Operation {
  const { system, account, index, number = 0, version = 1 } = walker;
  const { people } = system.journey;
  const drawn = openedBefore(step, system);
  const known = {
    user: people === undefined ? '' : idAt(account, people, index),
    opened: drawn === undefined ? '' : idAt(account, drawn, index),
    created: '',
    mark: markOf(isChangeStep(step) ? version : number),
    before: '',
    now: '2026-11-02T09:30:00.000Z',
    version: { seen: String(version), next: String(version + 1) },
    search: step.does === 'list' && step.where === 'search' ? hottestSearch(account) : NO_SEARCH,
  };
  const choices: Choices = choicesOf(account.account, known);
  const created = step.does === 'create' ? newIdOf(step, choices) : '';
  return operationOf(system, step, { ...choices, created });
}

/** The resource of the document that was opened last when a step is done. */
export function openedBefore(step: JourneyStep, { journey }: LoadedSystem): string | undefined {
  const before = journey.steps.slice(0, journey.steps.indexOf(step) + 1);
  return before.findLast((each) => each.does === 'read' && each.which === 'drawn')?.resource;
}

const NO_SEARCH = { field: '', prefix: '' };

/**
 * What finds most in the account: its page is full. In an account of 5 GB so are those of all 120 searches of the journey
 * (counted in the standard data set).
 */
function hottestSearch({ account, searches: [search] }: LoadedAccount): Choices['search'] {
  if (!search) throw new Error(`${account} has no search terms.`);
  return search;
}

/** As long as the marks of `../k6/user.ts`. */
const markOf = (number: number): string => `mhtk3m00-xx-${number.toString(36)}`;
