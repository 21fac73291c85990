import { z } from 'zod';
import type { HttpRequest } from '../answer.ts';

/** A page that anybody may look at: it shows documents of one account, by the words that they hold. */
export interface View {
  readonly resource: string;
  /** As in `/items/:id`. In a search `:word` stands for a word that its documents hold. */
  readonly path: string;
  /** The document that it shows, where that is always the same one. */
  readonly id?: string;
  /**
   * By when it shows every write that was acknowledged, and nothing that was hidden or deleted before: how old what it shows may
   * be, of all caches together.
   */
  readonly withinMs: number;
}

/** What visitors see, who show nothing of who they are. */
export interface VisitorsPart {
  /** The headers by which a visitor reaches what an account shows, as its hostname. @param token of the account */
  reach(token: string): Readonly<Record<string, string>>;
  /** By name. */
  readonly views: Readonly<Record<string, View>>;
  /** A hostname of its own that an account takes and gives up, and within which time visitors notice. */
  readonly hostnames?: {
    take(hostname: string): HttpRequest;
    giveUp(hostname: string): HttpRequest;
    readonly withinMs: number;
  };
  /** How many views of one account are served within each so many milliseconds of the clock; others are not harmed by more. */
  readonly limit?: { readonly views: number; readonly perMs: number };
}

const withinMs = z.int().nonnegative();

export const Visitors = z.strictObject({
  reach: z.function(),
  views: z
    .record(
      z.string().min(1),
      z.strictObject({
        resource: z.string(),
        path: z.string().startsWith('/', 'must begin with a slash'),
        id: z.string().optional(),
        withinMs,
      }),
    )
    .refine((views) => Object.keys(views).length > 0, 'must name one view at least'),
  hostnames: z.strictObject({ take: z.function(), giveUp: z.function(), withinMs }).optional(),
  limit: z.strictObject({ views: z.int().positive(), perMs: z.int().positive() }).optional(),
});

/** The path and query of a view. @param id of the document that it shows; @param word that the document holds */
export const pathTo = (view: View, id: string, word: string): string =>
  view.path.replace(':id', encodeURIComponent(id)).replace(':word', encodeURIComponent(word));

/** Whether a visitor chooses which document it shows. */
export const isOfDrawn = ({ path, id }: View): boolean => id === undefined && path.includes(':id');

/** What a visitor asks for, to be shown a document of an account by one of its views. @param word that the document holds */
export const visitTo = (
  { visitors }: { readonly visitors?: VisitorsPart },
  view: View,
  { token, id, word }: { readonly token: string; readonly id: string; readonly word: string },
): HttpRequest => ({ method: 'GET', path: pathTo(view, id, word), headers: visitors?.reach(token) ?? {} });
