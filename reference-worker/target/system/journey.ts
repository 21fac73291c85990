import { z } from 'zod';
import { POPS } from '../../local/index.ts';

/**
 * What people do with a system, as a table of steps. loadtest compiles it into the k6 script, and takes from the same table the
 * mix of operations that a run should show and the requests whose rows are measured.
 */

const Share = z.number().min(0).max(1);
/** As reports name it; several steps may belong to one operation. */
const OperationName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'an operation is named in lower-case letters, digits and hyphens');
const ResourceName = z.string().min(1);

/**
 * What stands for something in a text: `user` (the id of the own document), `opened` (the id of the document that was opened
 * last), `mark` (a word that no other write has; later ones sort later), `now` (ISO 8601) and, in a body, `canary`. `{opened:3}` is the
 * id without its first three characters.
 */
const PLACE = /\{([^{}]*)\}/g;
const VALUE = /^(user|opened|mark|now|canary)(:\d+)?$/;
const Text = z
  .string()
  .refine((text) => [...text.matchAll(PLACE)].every(([, name = '']) => VALUE.test(name)), {
    error: ({ input }) =>
      `${JSON.stringify(input)} names what is not known: use {user}, {opened}, {mark}, {now} or {canary}`,
  });
const Body = z.record(z.string(), z.union([Text, z.number(), z.boolean(), z.null()]));

const common = {
  operation: OperationName,
  /** In which share of the rounds it is done; always, unless told otherwise. */
  share: Share.optional(),
};

/** What every document of the answer must match: the children of the opened one, say, as `{ field: 'parentId', is: '{opened}' }`. */
const Where = z.strictObject({ field: z.string(), is: Text });

/** One request. */
export const JourneyStep = z.discriminatedUnion('does', [
  z.strictObject({
    ...common,
    does: z.literal('read'),
    resource: ResourceName,
    /**
     * - `own`: of the resource of people, the document that the user is
     * - `drawn`: by Zipf's distribution; it is then the opened one
     * - `written`: what the step before has changed, to see whether it is there
     */
    which: z.enum(['own', 'drawn', 'written']),
  }),
  z.strictObject({
    ...common,
    does: z.literal('list'),
    resource: ResourceName,
    limit: z.int().positive(),
    /** A field; descending with a `-` in front. */
    sort: z.string().optional(),
    /** `search`: the beginning of a value that some documents of the account have. */
    where: z.union([z.literal('search'), Where]).optional(),
    /** It must show what the step before has created; sorted by id, newest first. */
    shows: z.literal('written').optional(),
  }),
  /** The opened document with its children of this resource. */
  z.strictObject({ ...common, does: z.literal('join'), resource: ResourceName, where: Where }),
  z.strictObject({
    ...common,
    /** Changes the opened document, or replaces it, as the Worker's routes have it. */
    does: z.enum(['patch', 'put']),
    /** Of the opened document. */
    resource: ResourceName,
    body: Body,
    /** The field of the body that holds the mark: by it an own write is known. */
    mark: z.string(),
  }),
  z.strictObject({
    ...common,
    does: z.literal('create'),
    resource: ResourceName,
    /** Left out where the server assigns ids. */
    id: Text.optional(),
    body: Body,
  }),
  /**
   * What a visitor does, who has no session and shows nothing of who they are: looks at a page of an account that is drawn, and at a
   * document of it that is drawn where the page is of one, both by Zipf's distribution.
   */
  z.strictObject({
    ...common,
    does: z.literal('view'),
    /** The name of one of the views that the description's `visitors` have. */
    view: z.string().min(1),
    /** That of the view. */
    resource: ResourceName,
    /** What is searched for, where the page is a search: a word that documents hold. */
    word: z.string().min(1).optional(),
  }),
]);
export type JourneyStep = z.infer<typeof JourneyStep>;
export type ViewStep = Extract<JourneyStep, { does: 'view' }>;
/** What is asked for as a document, by somebody who is known. */
export type DocumentStep = Exclude<JourneyStep, ViewStep>;

/** Whether a step is there to see what the step before it has written. */
export const looksForWritten = (step: JourneyStep): boolean =>
  (step.does === 'read' && step.which === 'written') || (step.does === 'list' && step.shows !== undefined);
export const isChangeStep = (step: JourneyStep): step is ChangeStep =>
  step.does === 'patch' || step.does === 'put';
export type ChangeStep = Extract<JourneyStep, { readonly does: 'patch' | 'put' }>;
export const isWriteStep = (step: JourneyStep): boolean => isChangeStep(step) || step.does === 'create';

/** A path in JSON, as in `data.items`; empty: the whole of it. */
const Path = z.string().regex(/^(\w+(\.\w+)*)?$/, 'must be names joined by dots, as in data.items');

/**
 * Where an answer holds what is looked at while people work. k6 selects it in the text, and runs no function of the
 * description: making values of whole bodies would cost it too much.
 */
export const Places = z.strictObject({
  /** What an answer that shows one document has it in; the whole answer, unless told otherwise. */
  document: Path.min(1).optional(),
  /** Within a document. */
  id: Path.min(1),
  /** Absent where documents have none: an own write is then known by its mark. */
  version: Path.min(1).optional(),
  /** Whose fields are the document's. */
  body: Path,
  /** The field of the body that holds the canary; by resource, where that differs. */
  canary: z.union([Path.min(1), z.record(ResourceName, Path.min(1))]),
  /** The documents of a list, and the children of a join. */
  items: Path,
  /** The opened document in the answer to a join; absent where that does not show it. */
  parent: Path.min(1).optional(),
  /** What the answer to a write holds: the id (and version), the whole document, or nothing that is looked at. */
  write: z.enum(['receipt', 'document', 'nothing']),
});
export type Places = z.infer<typeof Places>;

/** Whether a step needs the id of the document that was opened. */
const namesOpened = (step: JourneyStep): boolean => /\{opened[:}]/.test(JSON.stringify(step));

export const Journey = z
  .strictObject({
    places: Places,
    /** The resource whose documents are the people: each virtual user is one of them. Absent where none is. */
    people: ResourceName.optional(),
    /**
     * How a virtual user shows who it is: by a JSON Web Token (HS256, RFC 7519) with these claims, of which `{account}` and
     * `{user}` stand for its own; absent: by one of the tokens that accounts were opened with.
     */
    jwt: z.record(z.string(), z.string()).optional(),
    /** Between an answer and the next request: log-normal. */
    thinkTime: z.strictObject({ medianMs: z.number().positive(), sigma: z.number().positive() }),
    /** How unevenly documents are drawn. */
    zipfExponent: z.number().positive(),
    /** How people spread over the places that requests enter at. */
    popShares: z
      .partialRecord(z.enum(POPS), Share)
      .refine((shares) => Math.abs(Object.values(shares).reduce((a, b) => a + b, 0) - 1) < 1e-9, {
        error: 'the shares of the PoPs must add up to 1',
      }),
    /** What everybody does first, and again in a share of the rounds, before them. */
    opening: z.strictObject({ steps: z.array(JourneyStep), again: Share }),
    /** One round of work, again and again. What needs a document that is not there is left out. */
    steps: z.array(JourneyStep).min(1),
  })
  .superRefine(({ people, opening, steps }, context) => {
    const refuse = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    for (const [at, step] of opening.steps.entries())
      if (isWriteStep(step) || looksForWritten(step) || step.share !== undefined)
        refuse(['opening', 'steps', at], 'the opening reads, and each of its steps is always done');
    for (const [at, step] of steps.entries()) {
      const before = steps[at - 1];
      if (looksForWritten(step) && (!before || !isWriteStep(before) || before.resource !== step.resource))
        refuse(
          ['steps', at],
          `${step.operation} looks for what was written: put it behind a write of ${step.resource}`,
        );
      if (looksForWritten(step) && step.share !== undefined)
        refuse(['steps', at, 'share'], 'it is done whenever the write before it was');
      if (step.does === 'read' && step.which === 'drawn' && step.share !== undefined)
        refuse(['steps', at, 'share'], 'the steps behind it need the document that it opens');
    }
    if (steps[0]?.share !== undefined)
      refuse(['steps', 0, 'share'], 'a round begins with a step that is always done');
    for (const [at, step] of opening.steps.entries())
      if (namesOpened(step))
        refuse(['opening', 'steps', at], `${step.operation} names {opened}, and nothing was opened`);
    let opened: string | undefined;
    for (const [at, step] of steps.entries()) {
      if (opened === undefined && namesOpened(step))
        refuse(['steps', at], `${step.operation} names {opened}: open a document before`);
      if (step.does === 'read' && step.which === 'drawn') opened = step.resource;
      if (isChangeStep(step) && step.resource !== opened)
        refuse(
          ['steps', at],
          `${step.operation} changes the document that was opened: open one of ${step.resource} before`,
        );
      if (step.does === 'join' && opened === undefined)
        refuse(
          ['steps', at],
          `${step.operation} shows the children of the document that was opened: open one before`,
        );
    }
    const all = [...opening.steps, ...steps];
    for (const step of all)
      if (step.does === 'read' && step.which === 'own' && people === undefined)
        refuse(['people'], `${step.operation} reads the own document: say which resource the people are`);
    for (const step of all)
      if (all.some((other) => other.operation === step.operation && isWriteStep(other) !== isWriteStep(step)))
        refuse(['steps'], `${step.operation} both reads and writes: give the two names of their own`);
  });
export type Journey = z.infer<typeof Journey>;

/** Every operation of a journey, in its order, and whether it changes documents. */
export function operationsOf({ opening, steps }: Journey): ReadonlyMap<string, 'read' | 'write'> {
  return new Map(
    [...opening.steps, ...steps].map((step) => [step.operation, isWriteStep(step) ? 'write' : 'read']),
  );
}
