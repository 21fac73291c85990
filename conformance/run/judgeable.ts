import {
  Client,
  type Operation,
  PROMISE_NAMES,
  type Resource,
  routeTo,
  type Target,
} from '../../reference-worker/target/index.ts';
import { areaOf, type Check } from '../checks/index.ts';

/** What a Worker answered to each route of its description, and what is wrong with that. */
export interface AskedRoutes {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

/** Asks for one document of each resource by all of its routes, in the order in which it can be there. */
export async function routeLines(target: Target): Promise<AskedRoutes> {
  const [account] = target.accounts;
  if (!account) return { lines: [], problems: [] };
  const client = new Client(target, account);
  const lines: string[] = [];
  const problems: string[] = [];
  for (const resource of Object.values(target.system.resources)) {
    const told: string[] = [];
    for (const { kind, problem } of await askAll(target, client, resource)) {
      told.push(`${kind} ${problem === undefined ? 'ok' : '✗'}`);
      if (problem !== undefined) problems.push(`${resource.name}, ${kind}: ${problem}`);
    }
    lines.push(`  ${resource.name}: ${told.join(', ')}`);
  }
  return { lines, problems };
}

async function askAll({ system }: Target, client: Client, resource: Resource) {
  const { name, ids } = resource;
  const mark = `shardproof-init-${name}`;
  const body = resource.document(mark);
  let id = ids === 'client' ? mark : undefined;
  const kinds = (['create', 'put', 'read', 'list', 'patch', 'delete'] as const).filter(
    (kind) =>
      routeTo(system, kind, name) !== undefined &&
      !(kind === 'create' && ids === 'client' && routeTo(system, 'put', name)),
  );
  const asked: { readonly kind: Operation['kind']; readonly problem: string | undefined }[] = [];
  for (const kind of kinds) {
    if (id === undefined && kind !== 'create' && kind !== 'list') {
      asked.push({ kind, problem: 'no document is there to ask for.' });
      continue;
    }
    const handle = { resource: name, id: id ?? mark };
    const operation: Operation =
      kind === 'list'
        ? { kind, resource: name }
        : kind === 'read' || kind === 'delete'
          ? { kind, ...handle }
          : { kind, ...handle, body };
    const { answer, response, url } = await client.ask(operation);
    if (kind === 'create') id = answer.documents[0]?.id ?? id;
    const isThere = JSON.stringify(answer.documents).includes(mark);
    const problem = problemOf(kind, answer.outcome, isThere, id !== undefined);
    const said = `${answer.unreadable ?? ''} ${url} said ${response.status}: ${response.body.slice(0, 200)}`;
    asked.push({ kind, problem: problem && `${problem} ${said}` });
  }
  return asked;
}

function problemOf(
  kind: Operation['kind'],
  outcome: string,
  isThere: boolean,
  hasId: boolean,
): string | undefined {
  if (outcome !== 'ok') return `it was not done (${outcome}).`;
  if (!hasId) return 'the answer tells no id, as the description reads it.';
  if ((kind === 'read' || kind === 'list') && !isThere)
    return 'what was written is not in the answer, as the description reads it.';
  return undefined;
}

/** How many checks can judge a target and why the others cannot, the commonest reason first. */
export function judgeableLines(target: Target, checks: readonly Check[]): readonly string[] {
  const judged = checks.map((check) => ({ check, lack: lackOf(target, check) }));
  const able = judged.filter(({ lack }) => lack === undefined).map(({ check }) => check);
  const areas = [...Map.groupBy(able, areaOf)].map(([area, all]) => `${area} ${all.length}`);
  const lacks = [...Map.groupBy(judged, ({ lack }) => lack)].flatMap(([lack, all]) =>
    lack === undefined ? [] : [{ lack, count: all.length }],
  );
  return [
    `${able.length} of ${checks.length} checks can judge it: ${areas.join(', ')}.`,
    ...(lacks.length > 0 ? ['Not judged yet:'] : []),
    ...lacks
      .toSorted((a, b) => b.count - a.count)
      .map(({ lack, count }) => `  ${String(count).padStart(3)}  ${lack}`),
  ];
}

/** Why a check would be skipped. One of the other environment is taken to have what only that one has. */
function lackOf(target: Target, { needs }: Check): string | undefined {
  const need = needs.find((each) => each !== 'lag' && target.lacks(each) !== undefined);
  if (need === undefined) return undefined;
  return PROMISE_NAMES.some((promise) => promise === need) ? `not promised: ${need}` : target.lacks(need);
}
