import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import type { FieldKind, Format, Hints } from './hints.ts';
import type { FoundRoute } from './routes.ts';

const NAMES = ['openapi', 'swagger', 'docs/openapi', 'public/openapi', 'api/openapi'];
const PLACES = NAMES.flatMap((name) => ['json', 'yaml', 'yml'].map((ending) => `${name}.${ending}`));

const Property = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
});
const Schema = z.object({
  properties: z.record(z.string(), Property.catch({})).optional(),
  $ref: z.string().optional(),
});
type Schema = z.infer<typeof Schema>;
const Content = z.record(z.string(), z.object({ schema: Schema.optional() }));
const OperationShape = z.object({
  parameters: z.array(z.object({ name: z.string().optional(), in: z.string().optional() })).optional(),
  requestBody: z.object({ content: Content.optional() }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })).optional(),
});
const Document = z.object({
  servers: z.array(z.object({ url: z.string() })).optional(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), Schema).optional() }).optional(),
});

const FORM = 'application/x-www-form-urlencoded';

/** What an OpenAPI document tells. */
export interface OpenApi {
  readonly file: string;
  readonly routes: readonly FoundRoute[];
  /** Bodies that are taken. */
  readonly shapes: Hints['shapes'];
}

/** A document in YAML, for which there is no parser. */
export interface UnreadDocument {
  readonly unread: string;
}

/**
 * Reads an OpenAPI document (spec.openapis.org/oas) where there is one: in JSON, or in YAML by the package `yaml` of that repository.
 *
 * @throws an error of the parser for a file that is neither
 */
export function readOpenApi(folder: string): OpenApi | UnreadDocument | undefined {
  const file = PLACES.find((each) => existsSync(join(folder, each)));
  if (file === undefined) return undefined;
  const parse = parserFor(file, folder);
  if (!parse) return { unread: file };
  const parsed = Document.safeParse(parse(readFileSync(join(folder, file), 'utf8')));
  if (!parsed.success) return undefined;
  const { paths, components, servers: [server] = [] } = parsed.data;
  const { pathname } = new URL(server?.url ?? '/', 'http://localhost');
  const base = pathname.replace(/\/$/, '');
  const schemaIn = (content: z.infer<typeof Content> | undefined): Schema | undefined => {
    const schema = (content?.['application/json'] ?? content?.[FORM])?.schema;
    const named = schema?.$ref?.replace('#/components/schemas/', '');
    return named === undefined ? schema : components?.schemas?.[named];
  };
  const membersOf = (content: z.infer<typeof Content> | undefined): string[] =>
    Object.keys(schemaIn(content)?.properties ?? {});
  const shapes: Hints['shapes'][number][] = [];
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const { data } = OperationShape.safeParse(operation);
      if (!data || !/^(get|post|put|patch|delete)$/.test(method)) return [];
      const answers = Object.entries(data.responses ?? {}).filter(([status]) => status.startsWith('2'));
      const content = data.requestBody?.content;
      const taken = Object.entries(schemaIn(content)?.properties ?? {});
      if (taken.length > 0)
        shapes.push(Object.fromEntries(taken.map(([name, property]) => [name, kindOf(property)])));
      return [
        {
          ...{ method: method.toUpperCase(), path: base + path.replaceAll(/\{(\w+)\}/g, ':$1') },
          queries: (data.parameters ?? []).flatMap((each) => (each.in === 'query' ? (each.name ?? []) : [])),
          takes: taken.map(([name]) => name),
          gives: answers.map(([, answer]) => membersOf(answer.content)),
          isForm: content?.[FORM] !== undefined && content['application/json'] === undefined,
        },
      ];
    }),
  );
  return { file, routes, shapes };
}

type Parse = (text: string) => unknown;
const Yaml = z.object({ parse: z.custom<Parse>((value) => typeof value === 'function') });

function parserFor(file: string, folder: string): Parse | undefined {
  if (file.endsWith('.json')) return JSON.parse;
  const require = createRequire(join(folder, 'package.json'));
  try {
    return Yaml.parse(require('yaml')).parse;
  } catch (error) {
    if (Object(error).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

const FORMATS: Readonly<Record<string, Format>> = {
  ...{ uri: 'url', url: 'url', email: 'email', uuid: 'uuid', date: 'date', 'date-time': 'date-time' },
};

function kindOf({ type, format, enum: values }: z.infer<typeof Property>): FieldKind | undefined {
  const [first] = values ?? [];
  const types = [type].flat();
  if (typeof first === 'string') return { oneOf: first };
  if (types.includes('integer') || types.includes('number')) return 'number';
  if (types.includes('boolean')) return 'boolean';
  const known = FORMATS[format ?? ''];
  if (known !== undefined) return { format: known };
  return types.includes('string') ? 'text' : undefined;
}
