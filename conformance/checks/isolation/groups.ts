import {
  type Client,
  familiesOf,
  type Handle,
  NeedNotMet,
  type Operation,
  resourceNamed,
  type System,
} from '../../../reference-worker/target/index.ts';
import type { Made } from '../kit/index.ts';
import { storeAt } from '../kit/index.ts';
import type { TestCase } from './isolation-check.ts';

/** Documents of one account that one list, or one join, shows together. */
export interface Group {
  add(name: string): Promise<Made>;
  /** The request for a page of them. */
  page(limit: number, cursor?: string): Operation;
}

/**
 * Begins a group for a case whose route is `list` (they have one value in an indexed field) or `join` (they have one parent).
 *
 * @param name the same name gives each account a group of the same ids, wherever clients choose ids
 */
export async function groupOf(
  testCase: TestCase,
  client: Client,
  system: System,
  name: string,
): Promise<Group> {
  const { resource, route } = testCase;
  const mark = testCase.markOf(client);
  const value = testCase.unique(name);
  const idOf = (member: string): string => `${value}-${member}`;
  if (route === 'join') {
    const family = familiesOf(system, { joined: true }).find(({ parent }) => parent.name === resource);
    if (!family) throw new Error(`${resource} is no parent: the route join has no case for it`);
    const { handle: parent } = await storeAt(
      client,
      system,
      { resource, id: value },
      family.parent.document(mark),
    );
    return {
      add: (member) => add(client, system, family.child.name, idOf(member), family.field, parent.id, mark),
      page: (limit, cursor) => ({
        ...{ kind: 'join', ...parent, child: family.child.name, limit },
        ...(cursor !== undefined && { cursor }),
      }),
    };
  }
  const [field] = resourceNamed(system, resource).texts;
  if (field === undefined) throw new NeedNotMet('needs lists by an indexed field');
  return {
    add: (member) => add(client, system, resource, idOf(member), field, value, mark),
    page: (limit, cursor) => ({
      ...{ kind: 'list', resource, filter: { field, is: value }, limit },
      ...(cursor !== undefined && { cursor }),
    }),
  };
}

async function add(
  client: Client,
  system: System,
  resource: Handle['resource'],
  id: string,
  field: string,
  value: string,
  mark: string,
): Promise<Made> {
  const body = { ...resourceNamed(system, resource).document(mark), [field]: value };
  return storeAt(client, system, { resource, id }, body);
}
