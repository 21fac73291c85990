import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { FoundRoute } from './routes.ts';

const PLACES = [
  'openapi.json',
  'swagger.json',
  'docs/openapi.json',
  'public/openapi.json',
  'api/openapi.json',
];

const Schema = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  $ref: z.string().optional(),
});
const Content = z.record(z.string(), z.object({ schema: Schema.optional() }));
const OperationShape = z.object({
  parameters: z.array(z.object({ name: z.string().optional(), in: z.string().optional() })).optional(),
  requestBody: z.object({ content: Content.optional() }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })).optional(),
});
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), Schema).optional() }).optional(),
});

/** A document in YAML, which is not read, where there is none in JSON. */
export function unreadDocument(folder: string): string | undefined {
  const inYaml = PLACES.flatMap((each) => ['yaml', 'yml'].map((ending) => each.replace(/json$/, ending)));
  if (PLACES.some((each) => existsSync(join(folder, each)))) return undefined;
  return inYaml.find((each) => existsSync(join(folder, each)));
}

/** The routes of an OpenAPI document in JSON (spec.openapis.org/oas), where there is one. */
export function openApiRoutes(
  folder: string,
): { readonly file: string; readonly routes: readonly FoundRoute[] } | undefined {
  const file = PLACES.find((each) => existsSync(join(folder, each)));
  if (file === undefined) return undefined;
  const parsed = Document.safeParse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  if (!parsed.success) return undefined;
  const { paths, components } = parsed.data;
  const membersOf = (content: z.infer<typeof Content> | undefined): string[] => {
    const schema = content?.['application/json']?.schema;
    const named = schema?.$ref && components?.schemas?.[schema.$ref.replace('#/components/schemas/', '')];
    return Object.keys((named || schema)?.properties ?? {});
  };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const { data } = OperationShape.safeParse(operation);
      if (!data || !/^(get|post|put|patch|delete)$/.test(method)) return [];
      const answers = Object.entries(data.responses ?? {}).filter(([status]) => status.startsWith('2'));
      return [
        {
          ...{ method: method.toUpperCase(), path: path.replaceAll(/\{(\w+)\}/g, ':$1') },
          queries: (data.parameters ?? []).flatMap((each) => (each.in === 'query' ? (each.name ?? []) : [])),
          takes: membersOf(data.requestBody?.content),
          gives: answers.map(([, answer]) => membersOf(answer.content)),
        },
      ];
    }),
  );
  return { file, routes };
}
