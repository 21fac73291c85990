import { z } from 'zod';
import type { UpstreamRequest } from '../../local/index.ts';

const ms = z.number().positive();
const count = z.int().positive();

/**
 * The documents of a resource as a copy of what an upstream holds: how many there are, how they are kept fresh, and what is promised.
 * `feasibility` asks whether that can be kept, and the checks of freshness whether it is.
 */
export const Copy = z
  .strictObject({
    /** How many documents the promise is made for. */
    documents: count,
    /** How many of them one account has: what one call could bring, where the upstream has a call for it. */
    perAccount: count,
    /** How many of them one call to the upstream brings. */
    perCall: count,
    /** What stands in for the upstream on the local platform; absent where there is none. */
    upstream: z
      .strictObject({
        /** The variable in which the Worker finds its address, as in `worker.upstreams`. */
        name: z.string().min(1),
        /** Whether each account has a token of its own there. */
        ownTokens: z.boolean().optional(),
        /** How its owner gives a document there the content that `document(mark)` of the resource has, whether or not it was there. */
        change: z.custom<
          (account: string, id: string, mark: string) => Omit<UpstreamRequest, 'authorization'>
        >((value) => typeof value === 'function'),
      })
      .optional(),
    /** The refresh by schedule, of the oldest first. */
    refresh: z.strictObject({
      /** The expression of its cron, as in the Worker's configuration. */
      cron: z.string().min(1),
      everyMs: ms,
      /** How many documents one run refreshes at most. */
      documentsPerRun: count,
      /** What is younger is left alone. */
      olderThanMs: z.number().nonnegative(),
    }),
    /** The refresh that a look begins, where one does. */
    look: z
      .strictObject({
        /** What is younger begins none. */
        olderThanMs: ms,
        /** How many accounts are looked at in an hour: an assumption. */
        accountsPerHour: count,
      })
      .optional(),
    /** The calls that the system allows itself in any period of that length, all of its parts together. */
    budget: z.strictObject({ calls: count, withinMs: ms }),
    /** Within which a change in the upstream shows, of every document, looked at or not. */
    freshWithinMs: ms,
  })
  .refine(({ documents, perAccount, perCall }) => perCall <= perAccount && perAccount <= documents, {
    message:
      'a call brings documents of one account: perCall is at most perAccount, and that at most documents',
    path: ['perCall'],
  });
export type Copy = z.infer<typeof Copy>;

/** By resource. */
export const Copies = z.record(z.string().min(1), Copy);
export type Copies = z.infer<typeof Copies>;
