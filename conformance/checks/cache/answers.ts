import type { Client, Exchange, Overrides, Target } from '../../../reference-worker/target/index.ts';
import {
  encode,
  familiesOf,
  type HttpRequest,
  type Operation,
  resourceWith,
  type System,
} from '../../../reference-worker/target/index.ts';
import { INTERNAL_HEADERS } from '../kit/index.ts';

/** A request that is made for its answer's headers. */
interface Sample {
  readonly what: string;
  send(): Promise<Exchange>;
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** More than a document may hold; the platform refuses it too (developers.cloudflare.com/d1/platform/limits). */
const TOO_LARGE = 'x'.repeat(2_000_001);

/** Operations of every kind: done, not done, and not possible. In this order. */
function operationsOn(system: System, id: string): readonly Operation[] {
  const resource = resourceWith(system);
  const [field = 'none'] = resource.indexed;
  const document = { resource: resource.name, id } as const;
  const absent = { ...document, id: `${id}-absent` } as const;
  const created = { ...document, id: `${id}-created` } as const;
  const body = resource.document(id);
  const stale = { ifMatch: '"999"' };
  return [
    { kind: 'put', ...document, body },
    { kind: 'put', ...document, body },
    { kind: 'put', ...document, body, ...stale },
    { kind: 'put', ...document, body: { text: TOO_LARGE } },
    { kind: 'create', ...created, body },
    { kind: 'create', ...created, body },
    { kind: 'patch', ...document, body },
    { kind: 'patch', ...absent, body },
    { kind: 'batch', writes: [{ kind: 'put', ...document, body }] },
    { kind: 'batch', writes: [{ kind: 'put', ...document, body, ...stale }] },
    { kind: 'read', ...document },
    { kind: 'read', ...document, ifNoneMatch: '*' },
    { kind: 'read', ...document, ...stale },
    { kind: 'read', ...absent },
    { kind: 'list', resource: resource.name, filter: { field, is: id } },
    { kind: 'list', resource: resource.name, filter: { field: 'nosuchfield', is: id } },
    { kind: 'list', resource: resource.name, cursor: 'forged' },
    ...familiesOf(system, { joined: true }).flatMap(({ parent, child }) =>
      [id, absent.id].map((of) => ({
        kind: 'join' as const,
        resource: parent.name,
        child: child.name,
        id: of,
      })),
    ),
    { kind: 'delete', ...created },
    { kind: 'delete', ...absent },
  ];
}

/** What a client can get from a target with nothing but its token: answers of every route, to every method, and errors. */
export function samplesOf({ system }: Target, client: Client, id: string): readonly Sample[] {
  const operations = operationsOn(system, id).filter(({ kind }) => system.routes[kind]);
  const kinds = Object.keys(system.routes);
  const one = kinds.flatMap((name) => operations.find(({ kind }) => kind === name) ?? []);
  const spoilt = one.flatMap((operation) =>
    Object.entries(spoil(encode(system, operation))).map(([what, overrides]) => ({
      what: `${operation.kind} ${what}`,
      send: () => client.ask(operation, overrides),
    })),
  );
  const paths = new Set(one.map((operation) => encode(system, operation).path));
  const methods = [...paths].flatMap((path) =>
    METHODS.map((method) => ({
      what: `${method} ${path}`,
      send: () => client.send({ method, path, headers: {} }),
    })),
  );
  return [...operations.map(sampleOf), ...spoilt, ...methods];

  function sampleOf(operation: Operation): Sample {
    const condition = ['ifMatch', 'ifNoneMatch'].find((name) => name in operation);
    const what = condition ? `${operation.kind} with ${condition}` : operation.kind;
    return { what, send: () => client.ask(operation) };
  }
}

/** What a client may do to a request, by accident or not. */
function spoil({ path, body, headers }: HttpRequest): Readonly<Record<string, Overrides>> {
  const [place = ''] = path.split('?');
  return {
    'without credentials': { token: null },
    'with forged credentials': { token: 'forged' },
    'with a forged bookmark': { bookmark: 'forged' },
    'with headers of a framework itself': { headers: { ...headers, ...INTERNAL_HEADERS } },
    'below its path': { path: `${place}/no/such/route` },
    'with a broken escape in its path': { path: `${place}%zz` },
    ...(body !== undefined && {
      'with half of its body': { body: body.slice(0, body.length / 2) },
      'with an empty object': { body: '{}' },
    }),
  };
}
