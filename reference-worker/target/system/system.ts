import { z } from 'zod';
import { CommandError } from '../../../reports/command/errors/index.ts';
import { UpstreamSpec } from '../../local/index.ts';
import type { Answer, HttpResponse } from '../answer.ts';
import type { Deploy } from '../deployment.ts';
import type { SystemMutations } from '../mutations/index.ts';
import type { Operation } from '../operation.ts';
import type { AccountsPart } from './accounts.ts';
import { Copies } from './copies.ts';
import { existingIn } from './existing.ts';
import { Journey } from './journey.ts';
import { misnamedIn } from './journey-names.ts';
import type { Limits } from './limits.ts';
import { Objectives } from './objectives.ts';
import type { Placements } from './placements.ts';
import { PROMISE_NAMES, type PromiseName } from './promises.ts';
import { type Resource, type ResourceInput, resourceOf } from './resources.ts';
import type { ErrorsPart } from './rest.ts';
import type { Routes } from './routes.ts';
import type { Topology } from './topology.ts';
import { Visitors, type VisitorsPart } from './visitors.ts';
import type { WorkerPart } from './worker.ts';

/** What all requests have in common. */
export interface RequestPart {
  /** The headers that show who is asking. */
  identify(token: string): Readonly<Record<string, string>>;
  /** What a token tells, unverified, where it tells both; undefined for what is no token of this system. */
  readToken?(token: string): { readonly account: string; readonly expiresAtMs: number } | undefined;
  /** The request and response header that carries a session's position; absent where there are no bookmarks. */
  readonly bookmarkHeader?: string;
  /** The cookie that carries it, where that is no header of its own. */
  readonly bookmarkCookie?: string;
  /** How ETags name a version of a document: what If-Match is sent with. Absent where it is not taken. */
  etagOf?(version: number): string;
}

/** Everything that the house knows of a Worker. A user writes one; see `defineSystem`. */
export interface SystemInput {
  readonly name: string;
  readonly request: RequestPart;
  /** By name. A check that needs one takes the first that can do what it needs. */
  readonly resources: Readonly<Record<string, ResourceInput>>;
  readonly routes: Routes;
  /**
   * Reads a response.
   *
   * @param json its body; undefined when it is empty
   * @throws any error for a response that is none of this Worker's: after a write its outcome is then `unknown`
   */
  answer(response: HttpResponse, json: unknown, operation: Operation): Answer;
  /** Where answers of status 200 tell errors: while a load runs, nothing else of a description reads them. `errorsIn` fills it in. */
  readonly errors?: ErrorsPart;
  /** What the Worker claims; what it does not claim is not judged. */
  readonly promises?: readonly PromiseName[];
  readonly limits?: Limits;
  /** The resources that are copies of what an upstream holds. */
  readonly copies?: Copies;
  /** What anybody may look at, where accounts write for others than themselves. */
  readonly visitors?: VisitorsPart;
  /** Defects on purpose, which the self-test makes. */
  readonly mutations?: SystemMutations;
  /** How it runs on the local platform; a function where that takes several deployments. Absent: only at a URL. */
  readonly worker?: WorkerPart | Deploy;
  /** Needed with a `worker` that is no function. */
  readonly accounts?: AccountsPart;
  /** Where its accounts can be. Absent: a `worker` that is no function holds them all in its first database. */
  readonly placements?: Placements;
  /** What people do with it; without it there is nothing to load it with. */
  readonly journey?: Journey;
  /** What a run is held to; of each operation of the journey. */
  readonly objectives?: Objectives;
  /**
   * The module whose export `model` makes documents (see data.ts), as in `new URL('./data.ts', import.meta.url)`; absent where the
   * system is seeded in another way.
   */
  readonly data?: URL;
}

/** A Worker's description, checked, and with what it leaves out. */
export interface System extends SystemInput {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly promises: readonly PromiseName[];
  readonly limits: Limits;
  /** The folder of the description, once it was loaded from a file. */
  readonly folder?: string;
}

const Route = z.strictObject({
  method: z.string().regex(/^[A-Z]+$/, 'must be an HTTP method in capitals, as in GET'),
  path: z.string().startsWith('/', 'must begin with a slash'),
  search: z.function().optional(),
  json: z.function().optional(),
  contentType: z.string().optional(),
});
const KINDS = ['read', 'list', 'join', 'create', 'put', 'patch', 'delete', 'batch'] as const;
const wholeNumber = z.int().positive().optional();

const Shape = z
  .strictObject({
    name: z.string().min(1),
    request: z.strictObject({
      identify: z.function(),
      readToken: z.function().optional(),
      bookmarkHeader: z.string().optional(),
      bookmarkCookie: z.string().optional(),
      etagOf: z.function().optional(),
    }),
    resources: z
      .record(
        z.string().min(1),
        z.strictObject({
          ids: z.enum(['client', 'server']).optional(),
          indexed: z.array(z.string()).optional(),
          unique: z.string().optional(),
          grows: z.boolean().optional(),
          hidden: z.record(z.string(), z.unknown()).optional(),
          parent: z
            .strictObject({ resource: z.string(), field: z.string(), joined: z.boolean().optional() })
            .optional(),
          routes: z.partialRecord(z.enum(KINDS).exclude(['batch']), Route.or(z.literal(false))).optional(),
          document: z
            .custom<NonNullable<ResourceInput['document']>>((value) => typeof value === 'function')
            .optional(),
        }),
      )
      .refine((resources) => Object.keys(resources).length > 0, 'must name one resource at least')
      .superRefine((resources, context) => {
        for (const [name, { parent, indexed = [], unique, document }] of Object.entries(resources)) {
          for (const other of existingIn(JSON.stringify(document?.('mark') ?? '')))
            if (!Object.hasOwn(resources, other))
              context.addIssue({
                code: 'custom',
                message: `there is no resource "${other}"`,
                path: [name, 'document'],
              });
          const wrong = (field: string, message: string): void =>
            context.addIssue({ code: 'custom', message, path: [name, 'parent', field] });
          if (unique !== undefined && (indexed.includes(unique) || document?.('mark')[unique] !== 'mark'))
            context.addIssue({
              code: 'custom',
              message: `"${unique}" must hold the word of document, and be none of the indexed fields of ${name}`,
              path: [name, 'unique'],
            });
          if (parent && !Object.hasOwn(resources, parent.resource))
            wrong('resource', `there is no resource "${parent.resource}"`);
          if (parent && !indexed.includes(parent.field))
            wrong('field', `"${parent.field}" must be one of the indexed fields of ${name}`);
          const rest = Object.entries(document?.('mark') ?? { content: 'mark' }).filter(
            ([field]) => !indexed.includes(field),
          );
          if (!JSON.stringify(rest).includes('mark'))
            context.addIssue({
              code: 'custom',
              message: `must put its word into a field that is not among the indexed ones: ${indexed.join(', ')}`,
              path: [name, 'document'],
            });
        }
      }),
    routes: z.partialRecord(z.enum(KINDS), Route),
    answer: z.function(),
    errors: z.strictObject({ member: z.string().min(1), absent: z.instanceof(RegExp) }).optional(),
    promises: z.array(z.enum(PROMISE_NAMES)).optional(),
    limits: z
      .strictObject({
        bodyMaxBytes: wholeNumber,
        requestMaxBytes: wholeNumber,
        batchMaxOperations: wholeNumber,
        listMaxItems: wholeNumber,
        listDefaultItems: wholeNumber,
        idMaxLength: wholeNumber,
        indexedFieldMaxLength: wholeNumber,
        prefixMaxBytes: wholeNumber,
        readAttempts: wholeNumber,
        accountTtlMs: wholeNumber,
      })
      .optional(),
    copies: Copies.optional(),
    visitors: Visitors.optional(),
    mutations: z
      .strictObject({ folder: z.string(), worker: z.strictObject({ folder: z.string(), entry: z.string() }) })
      .optional(),
    worker: z
      .strictObject({
        config: z.string().optional(),
        environment: z.string().optional(),
        entry: z.string().optional(),
        databases: z.record(z.string(), z.string()).optional(),
        namespaces: z.array(z.string()).optional(),
        vars: z.record(z.string(), z.unknown()).optional(),
        upstreams: z.record(z.string(), UpstreamSpec).optional(),
        beside: z
          .array(z.strictObject({ config: z.string(), environment: z.string().optional() }))
          .optional(),
        environments: z
          .record(z.string(), z.record(z.string(), z.unknown()))
          .refine((all) => Object.keys(all).length > 1, 'must name two environments at least')
          .optional(),
      })
      .refine(
        ({ environments, config, ...rest }) => !environments || (config && Object.keys(rest).length === 0),
        'environments go with a config, and with nothing else: each has its own vars',
      )
      .refine(
        ({ config, entry }) => config !== undefined || entry !== undefined,
        'must name a config or an entry',
      )
      .or(z.function())
      .optional(),
    accounts: z.strictObject({ open: z.function() }).optional(),
    placements: z
      .strictObject({
        underTest: z.string().min(1),
        topologies: z
          .record(
            z.string(),
            z.custom<Topology>((value) => typeof value === 'object' && value !== null),
          )
          .refine((topologies) => Object.keys(topologies).length > 0, 'must name one topology at least'),
        bindingOf: z.function().optional(),
        kvCache: z.enum(['optional', 'always', 'never']),
        aims: z.function(),
        start: z.function(),
      })
      .optional(),
    journey: Journey.optional(),
    objectives: Objectives.optional(),
    data: z.instanceof(URL).optional(),
  })
  .superRefine(({ resources, journey, copies = {}, visitors }, context) => {
    for (const [name, { resource }] of Object.entries(visitors?.views ?? {}))
      if (!Object.hasOwn(resources, resource))
        context.addIssue({
          code: 'custom',
          message: `there is no resource "${resource}"`,
          path: ['visitors', 'views', name, 'resource'],
        });
    for (const name of Object.keys(copies).filter((each) => !Object.hasOwn(resources, each)))
      context.addIssue({ code: 'custom', message: `there is no resource "${name}"`, path: ['copies', name] });
    if (!journey) return;
    for (const { path, message } of misnamedIn(journey, resources, visitors?.views))
      context.addIssue({ code: 'custom', message, path: ['journey', ...path] });
  });

/** A description that is none: the message names each line to mend. */
export class SystemError extends CommandError<'bad_system'> {
  constructor(sentences: string, options?: ErrorOptions) {
    super('bad_system', 'refused', sentences, options);
    this.name = 'SystemError';
  }
}

/**
 * Describes a Worker: conformance, seeding, load, comparison and reports read this one description.
 *
 * @throws SystemError naming every part that is missing, unknown or wrong
 */
export function defineSystem(input: SystemInput): System {
  const parsed = Shape.safeParse(input);
  if (!parsed.success)
    throw new SystemError(`This is no description of a system:\n${z.prettifyError(parsed.error)}`);
  const resources = Object.entries(input.resources).map(([name, given]) => [name, resourceOf(name, given)]);
  return { promises: [], limits: {}, ...input, resources: Object.fromEntries(resources) };
}
