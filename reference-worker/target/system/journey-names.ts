import type { Journey, JourneyStep, ViewStep } from './journey.ts';
import type { ResourceInput } from './resources.ts';

/** As far as it is looked at, and before what is left out was filled in. */
type Described = Readonly<
  Record<
    string,
    {
      readonly ids?: ResourceInput['ids'] | undefined;
      readonly indexed?: readonly string[] | undefined;
      readonly parent?: object | undefined;
    }
  >
>;

/** A part of a journey that does not fit the resources of its system. */
export interface Misnamed {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

type Views = Readonly<Record<string, { readonly resource: string; readonly path: string }>>;

/** Where a journey names resources or views that are not there, fields that are not indexed, or an order that nobody promises. */
export function misnamedIn(
  { people, places, opening, steps }: Journey,
  resources: Described,
  views: Views = {},
): Misnamed[] {
  const known = (resource: string): string[] =>
    Object.hasOwn(resources, resource)
      ? []
      : [`there is no resource "${resource}"; there are ${Object.keys(resources).join(', ')}`];
  const canaries = typeof places.canary === 'string' ? {} : places.canary;
  const all = [
    ...opening.steps.map((step, at) => ({ step, path: ['opening', 'steps', at] })),
    ...steps.map((step, at) => ({ step, path: ['steps', at] })),
  ];
  return [
    ...(people === undefined ? [] : known(people)).map((message) => ({ path: ['people'], message })),
    ...Object.keys(canaries)
      .flatMap(known)
      .map((message) => ({ path: ['places', 'canary'], message })),
    ...all.flatMap(({ step, path }) => {
      const unknown = known(step.resource);
      const messages = unknown.length > 0 ? unknown : misfits(step, resources, views);
      return messages.map((message) => ({ path, message: `${step.operation}: ${message}` }));
    }),
  ];
}

/** What is wrong with a step of a resource that is there. */
function misfits(step: JourneyStep, resources: Described, views: Views): string[] {
  if (step.does === 'view') return misfitsOfView(step, views);
  const { ids = 'client', indexed = [], parent } = resources[step.resource] ?? {};
  const notIndexed = (field: string): string[] =>
    indexed.includes(field)
      ? []
      : [
          `"${field}" is none of the indexed fields of ${step.resource}: ${indexed.join(', ') || 'it has none'}`,
        ];
  if (step.does === 'join')
    return [
      ...notIndexed(step.where.field),
      ...(parent ? [] : [`${step.resource} is joined, and has no parent`]),
    ];
  if (step.does !== 'list') return [];
  const sorted = step.sort?.replace(/^-/, '') ?? 'id';
  return [
    ...(typeof step.where === 'object' ? notIndexed(step.where.field) : []),
    ...(sorted === 'id' ? [] : notIndexed(sorted)),
    // Of a page that is full the missing document may be on the next one only where newer ones stand before it.
    ...(step.shows && ids === 'client' && step.sort !== '-id'
      ? ["it can be told whether a page shows what was written where it is sorted '-id', newest first"]
      : []),
  ];
}

function misfitsOfView({ view: name, resource, word }: ViewStep, views: Views): string[] {
  const view = Object.hasOwn(views, name) ? views[name] : undefined;
  if (!view) return [`visitors have no view "${name}"; they have ${Object.keys(views).join(', ') || 'none'}`];
  return [
    ...(view.resource === resource ? [] : [`the view "${name}" is of ${view.resource}, not of ${resource}`]),
    ...(view.path.includes(':word') === (word !== undefined)
      ? []
      : [`the path of "${name}" ${word === undefined ? 'takes a word: say which' : 'takes no word'}`]),
  ];
}
