import { describe, expect, test } from 'vitest';
import { system as sharedShards } from '../../shared-shards/system.ts';
import {
  defineSystem,
  familyOf,
  type Journey,
  type JourneyStep,
  NeedNotMet,
  type OwnRoutes,
  resourcesWith,
  resourceWith,
  routeTo,
  type SystemInput,
} from './index.ts';

const things: SystemInput = {
  name: 'things',
  request: { identify: () => ({}) },
  resources: {
    sealed: { routes: { delete: false } },
    boxes: { ids: 'server', indexed: ['label', 'colour'] },
    lids: { indexed: ['boxId'], parent: { resource: 'boxes', field: 'boxId' } },
  },
  routes: {
    read: { method: 'GET', path: '/:resource/:id' },
    delete: { method: 'DELETE', path: '/:resource/:id' },
  },
  answer: () => ({ outcome: 'ok', documents: [] }),
};
const system = defineSystem(things);

describe('a description', () => {
  test('says of each resource what it left out', () => {
    const { sealed, boxes } = system.resources;

    expect(sealed).toMatchObject({ name: 'sealed', ids: 'client', indexed: [] });
    expect(boxes?.document('mark')).toEqual({ label: 'mark', colour: 'mark', content: 'mark' });
    expect([system.promises, system.limits]).toEqual([[], {}]);
  });

  test('shows which field holds any text, and is no other document’s business', () => {
    const { boxes, lids } = defineSystem({
      ...things,
      resources: {
        ...things.resources,
        boxes: {
          indexed: ['label'],
          unique: 'sku',
          document: (word) => ({ label: word, sku: word, size: 1, text: word }),
        },
        lids: { document: (word) => ({ note: `about ${word}` }) },
      },
    }).resources;

    expect([boxes?.plain, lids?.plain, system.resources.boxes?.plain]).toEqual(['text', undefined, 'value']);
  });

  const list: JourneyStep = { operation: 'browse', does: 'list', resource: 'boxes', limit: 5 };
  const journeyOf = (steps: JourneyStep[]): Journey => ({
    places: { id: 'id', body: '', canary: 'content', items: 'items', write: 'document' },
    ...{ thinkTime: { medianMs: 100, sigma: 0.5 }, zipfExponent: 1, popShares: { LHR: 1 } },
    opening: { steps: [], again: 0 },
    steps,
  });
  const look: JourneyStep = { operation: 'look', does: 'view', view: 'front', resource: 'boxes' };
  const visitors = {
    reach: () => ({}),
    views: {
      front: { resource: 'boxes', path: '/', withinMs: 0 },
      search: { resource: 'boxes', path: '/?q=:word', withinMs: 0 },
    },
  };
  test('may have a journey of visitors over its views', () => {
    const search: JourneyStep = { ...look, operation: 'search', view: 'search', word: 'red' };

    expect(() => defineSystem({ ...things, visitors, journey: journeyOf([look, search]) })).not.toThrow();
  });

  test.each([
    ['that is not there', { view: 'back' }, 'look: visitors have no view "back"; they have front, search'],
    ['of another resource', { resource: 'lids' }, 'the view "front" is of boxes, not of lids'],
    ['that takes a word', { view: 'search' }, 'the path of "search" takes a word: say which'],
    ['that takes none', { word: 'red' }, 'the path of "front" takes no word'],
  ])('with a view in its journey %s is refused', (_, wrong, message) => {
    const journey = journeyOf([{ ...look, ...wrong }]);

    expect(() => defineSystem({ ...things, visitors, journey })).toThrow(message);
  });

  test('may have a journey over what it has', () => {
    expect(() => defineSystem({ ...things, journey: journeyOf([{ ...list, sort: 'label' }]) })).not.toThrow();
  });

  const own = (routes: unknown) => ({ resources: { boxes: { routes: routes as OwnRoutes } } });
  test.each([
    ['a path without its slash', { routes: { read: { method: 'GET', path: 'x' } } }, 'routes.read.path'],
    ['a route of no known kind', own({ copy: { method: 'GET', path: '/x' } }), 'copy'],
    ['no resource', { resources: {} }, 'must name one resource at least'],
    [
      'a parent that is not there',
      { resources: { lids: { indexed: ['boxId'], parent: { resource: 'boxes', field: 'boxId' } } } },
      'there is no resource "boxes"\n  → at resources.lids.parent.resource',
    ],
    [
      'a parent by a field that is not indexed',
      { resources: { lids: { parent: { resource: 'lids', field: 'lidId' } } } },
      '"lidId" must be one of the indexed fields of lids\n  → at resources.lids.parent.field',
    ],
    [
      'a document that says nothing but what lists are searched by',
      { resources: { boxes: { indexed: ['label'], document: (mark: string) => ({ label: mark }) } } },
      'must put its word into a field that is not among the indexed ones: label\n  → at resources.boxes.document',
    ],
    ...(
      [
        [
          'a step of a resource that is not there',
          [{ ...list, resource: 'crates' }],
          'browse: there is no resource "crates"',
        ],
        [
          'a list by a field that is not indexed',
          [{ ...list, where: { field: 'weight', is: '1' } }],
          '"weight" is none of',
        ],
        [
          'a list sorted by a field that is not indexed',
          [{ ...list, sort: '-weight' }],
          '"weight" is none of',
        ],
        [
          '{opened} where nothing was opened',
          [{ ...list, where: { field: 'label', is: '{opened}' } }],
          'open a document before',
        ],
        [
          'a page that shows what was written in no order',
          [
            { operation: 'add', does: 'create', resource: 'lids', body: { boxId: '{mark}' } },
            { operation: 'see', does: 'list', resource: 'lids', limit: 5, shows: 'written' },
          ],
          "sorted '-id'",
        ],
      ] satisfies [string, JourneyStep[], string][]
    ).map(([what, steps, message]): [string, object, string] => [
      what,
      { journey: journeyOf(steps) },
      message,
    ]),
    [
      'users at a place that is none',
      { journey: { ...journeyOf([list]), popShares: { CDG: 1 } } },
      'journey.popShares',
    ],
    [
      'people that are no resource',
      { journey: { ...journeyOf([list]), people: 'staff' } },
      'no resource "staff"',
    ],
    ['a limit of nothing', { limits: { listMaxItems: 0 } }, 'limits.listMaxItems'],
  ])('with %s is refused, and the place is named', (_, wrong, message) => {
    expect(() => defineSystem({ ...things, ...wrong })).toThrow(message);
  });
});

describe('a resource is chosen by what it can do', () => {
  const names = (...args: Parameters<typeof resourcesWith>) => resourcesWith(...args).map(({ name }) => name);

  test('in the order of the description', () => {
    expect(names(system)).toEqual(['sealed', 'boxes', 'lids']);
    expect(names(system, { routes: ['delete'] })).toEqual(['boxes', 'lids']);
    expect(names(system, { indexed: 1, ids: 'client' })).toEqual(['lids']);
    expect(resourceWith(system, { indexed: 2 }).name).toBe('boxes');
  });

  test('or the check is told what is lacking', () => {
    expect(() => resourceWith(system, { routes: ['delete', 'put'], ids: 'server' })).toThrow(
      new NeedNotMet(
        'needs a resource with routes for delete, put, and ids that the server makes, and things has none',
      ),
    );
  });

  test('and a parent comes with its child', () => {
    const { parent, child, field } = familyOf(system);

    expect([parent.name, child.name, field]).toEqual(['boxes', 'lids', 'boxId']);
    expect(() => familyOf(system, { joined: true })).toThrow(NeedNotMet);
    expect(familyOf(sharedShards, { joined: true }).child.name).toBe('finances');
  });
});

test("a resource's own route comes before the system's, and false takes it away", () => {
  const label = { method: 'GET', path: '/labels/:id' };
  const boxes = { ...things.resources.boxes, routes: { read: label } };
  const labelled = defineSystem({ ...things, resources: { ...things.resources, boxes } });

  expect(routeTo(labelled, 'read', 'boxes')).toBe(label);
  expect(routeTo(labelled, 'read', 'lids')).toBe(things.routes.read);
  expect(routeTo(labelled, 'delete', 'sealed')).toBeUndefined();
  expect(routeTo(labelled, 'batch')).toBeUndefined();
});
