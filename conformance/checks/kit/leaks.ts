import type { HttpResponse } from '../../../reference-worker/target/index.ts';

/** What only the inside of a Worker knows: SQL, SQLite's and D1's own words, a stack, a file's path. */
const INSIDE =
  /\b(?:SELECT|UPDATE|DELETE)\s[^"]*\b(?:FROM|SET|WHERE)\b|\bINSERT INTO\b|SQLITE_|D1_ERROR|D1 DB|no such (?:table|column)|constraint failed|near \\?"[^"]*\\?": syntax|\bat \S+ \(|\.[cm]?[jt]s:\d+|node_modules|(?:Type|Range|Reference|Syntax|URI|Zod)Error\b/;

/** The first sign in a text of how a Worker works (CWE-209); undefined when there is none. */
export const leakIn = (text: string): string | undefined => INSIDE.exec(text)?.[0];

/** The same of all that an error tells: its content and its header fields. */
export const leakInError = ({ headers, body }: HttpResponse): string | undefined =>
  [body, ...Object.values(headers)].map((text) => leakIn(text ?? '')).find((leak) => leak !== undefined);
