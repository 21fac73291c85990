import { canaryOf } from '../../fixtures/index.ts';
import {
  type DocumentBody,
  type DocumentStep,
  type Operation,
  routeTo,
  type System,
  type View,
  type ViewStep,
} from '../../reference-worker/target/index.ts';

/** A system that says what people do with it. */
export type LoadedSystem = System & Required<Pick<System, 'journey' | 'objectives'>>;

/** What the table of steps leaves open. All of it texts: for the k6 script they stand for what only that will know. */
export interface Choices {
  /** The id of the own document, of the one that was opened last, and of the one that was created last. */
  readonly user: string;
  readonly opened: string;
  readonly created: string;
  readonly mark: string;
  /** What the opened document had in place of the mark, where there are no versions. */
  readonly before: string;
  readonly now: string;
  /** Of the opened document, as it was seen and as a change will make it. */
  readonly version: { readonly seen: string; readonly next: string };
  readonly search: { readonly field: string; readonly prefix: string };
  /** What is left of one of the others after so many characters. */
  after(value: string, characters: number): string;
  /** The canary of a document that is written. */
  canary(resource: string, id: string, version: string): string;
}

/** The choices of somebody who is not in k6. */
export const choicesOf = (account: string, known: Omit<Choices, 'after' | 'canary'>): Choices => ({
  ...known,
  after: (value, characters) => value.slice(characters),
  canary: (collection, id, version) => canaryOf({ account, collection, id, version: Number(version) }),
});

/** What a step asks for: of the k6 script, of the walk that measures rows, and of whoever else makes these requests. */
export function operationOf(system: LoadedSystem, step: DocumentStep, choices: Choices): Operation {
  const { resource } = step;
  const { user, opened, created, version } = choices;
  switch (step.does) {
    case 'read':
      return { kind: 'read', resource, id: step.which === 'own' ? user : opened };
    case 'list':
      return {
        ...{ kind: 'list', resource, limit: step.limit },
        ...(step.where && { filter: filterOf(step.where, choices) }),
        ...(step.sort && { sort: step.sort }),
      };
    case 'join':
      return { kind: 'join', resource: parentOf(system, resource), id: opened, child: resource };
    case 'patch':
    case 'put': {
      const { etagOf } = system.request;
      const canary = choices.canary(resource, opened, hasVersions(system) ? version.next : '1');
      return {
        ...{ kind: step.does, resource, id: opened, body: filled(step.body, choices, canary) },
        // An adapter writes the number down and does nothing else with it.
        ...(hasVersions(system) && { ifMatch: etagOf?.(version.seen as unknown as number) ?? '' }),
      };
    }
    case 'create': {
      const body = filled(step.body, choices, choices.canary(resource, created, '1'));
      // Where a document is made by saying what it is, under an id of one's own.
      const kind = routeTo(system, 'create', resource) ? 'create' : 'put';
      return { kind, resource, id: created, body };
    }
  }
}

/** @throws Error for a view that visitors do not have: such a system is refused before */
export function viewOf({ name, visitors }: LoadedSystem, step: ViewStep): View {
  const view = visitors?.views[step.view];
  if (!view) throw new Error(`${name} has no view ${step.view}.`);
  return view;
}

/** The id of a document before it is created: the table's, or where the server makes ids a wish that is as unique. */
export const newIdOf = (step: DocumentStep & { readonly does: 'create' }, choices: Choices): string =>
  fill(step.id ?? '{mark}', choices, '');

/**
 * Whether users know the version of what they write. That takes more than versions: a change must be made on condition that nobody
 * else was faster, or the next version is anybody's.
 */
export const hasVersions = ({ promises, journey, request }: LoadedSystem): boolean =>
  promises.includes('versions') &&
  journey.places.version !== undefined &&
  promises.includes('preconditions') &&
  request.etagOf !== undefined;

type Where = Exclude<(DocumentStep & { readonly does: 'list' })['where'], undefined>;

function filterOf(where: Where, choices: Choices) {
  return where === 'search' ? choices.search : { field: where.field, is: fill(where.is, choices, '') };
}

/** @throws Error for a resource without a parent: such a system is refused before */
function parentOf({ resources }: LoadedSystem, child: string): string {
  const parent = resources[child]?.parent?.resource;
  if (parent === undefined) throw new Error(`${child} is joined and has no parent.`);
  return parent;
}

const filled = (body: DocumentBody, choices: Choices, canary: string): DocumentBody =>
  Object.fromEntries(
    Object.entries(body).map(([field, value]) => [
      field,
      typeof value === 'string' ? fill(value, choices, canary) : value,
    ]),
  );

function fill(text: string, choices: Choices, canary: string): string {
  const values: Readonly<Record<string, string>> = { ...onlyTexts(choices), canary };
  return text.replace(/\{(\w+)(?::(\d+))?\}/g, (_, name, start) => {
    const value = values[name] ?? '';
    return start === undefined ? value : choices.after(value, Number(start));
  });
}

const onlyTexts = ({ user, opened, created, mark, now }: Choices) => ({ user, opened, created, mark, now });
