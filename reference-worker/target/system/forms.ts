import { z } from 'zod';
import type { HttpRequest, HttpResponse } from '../answer.ts';

export const FORM = 'application/x-www-form-urlencoded';

/** A route by which an HTML form is sent: its fields are those of the document, and of a deletion it has none. @param path as in `/items/:id` */
export const form = (path: string) => ({
  method: 'POST',
  path,
  contentType: FORM,
  json: (operation: object) => ('body' in operation ? operation.body : {}),
});

/** What a browser sends when a form is filled in: the body of a request, and the header that says what it is. */
export const formBody = (
  fields: Readonly<Record<string, string>>,
): Pick<HttpRequest, 'headers' | 'body'> => ({
  headers: { 'content-type': FORM },
  body: asForm(fields),
});

const Fields = z.record(z.string(), z.coerce.string());

/** The fields of a form as its body. @throws ZodError for what is no object of plain values */
export const asForm = (fields: unknown): string => new URLSearchParams(Fields.parse(fields)).toString();

/** The cookies that an answer sets, by name; several headers of this name are one here, and the date in one has a comma. */
export const cookiesIn = ({ headers }: Pick<HttpResponse, 'headers'>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (headers['set-cookie'] ?? '').split(/, *(?=[^;,= ]+=)/).flatMap((set) => {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(set) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
