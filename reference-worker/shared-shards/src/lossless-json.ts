import * as z from 'zod';
import { Problem } from './problem.ts';

/** A name or a text, a number, or an end of an object. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|-?\d[\d.eE+-]*|[{}]/g;
/** The longest decimal that a double can mean, in full: 1e308. */
const NUMBER_MAX_LENGTH = 310;

/**
 * Reads a request's JSON through a schema. What JSON.parse would change without a word is refused: a number that a
 * double cannot hold (RFC 8259, section 6), the first of two members of one name (section 4), what is not UTF-8 (8.1).
 *
 * @throws Problem `unsupported_charset`, `malformed_json`, `lossy_json`, `invalid_request`
 */
export async function parseJson<Value>(request: Request, schema: z.ZodType<Value>): Promise<Value> {
  const [, charset = 'utf-8'] = /charset="?([^";\s]*)/i.exec(request.headers.get('content-type') ?? '') ?? [];
  if (!/^utf-?8$/i.test(charset))
    throw new Problem('unsupported_charset', `The request body is said to be ${charset}.`);
  const bytes = await request.arrayBuffer();
  let [text, json]: [string, unknown] = ['', undefined];
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    json = JSON.parse(text);
  } catch (cause) {
    throw new Problem('malformed_json', 'The request body is not valid JSON in UTF-8.', { cause });
  }
  const lost = lossIn(text);
  if (lost !== undefined) throw new Problem('lossy_json', lost);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new Problem('invalid_request', z.prettifyError(parsed.error));
}

/** What valid JSON loses on its way through JSON.parse, as a sentence; undefined when nothing. */
function lossIn(json: string): string | undefined {
  const names: Set<string>[] = [];
  for (const [token, text, isName] of json.matchAll(TOKEN)) {
    if (token === '{') names.push(new Set());
    else if (token === '}') names.pop();
    else if (text === undefined && !isKept(token))
      return `${token.slice(0, 40)} is no number that can be kept.`;
    else if (text !== undefined && isName) {
      const known = names.at(-1)?.size;
      if (names.at(-1)?.add(JSON.parse(text)).size === known)
        return `The name ${text.slice(0, 40)} is given twice.`;
    }
  }
  return undefined;
}

/** Up to 15 digits come back from any double (IEEE 754); of others the decimal that does is compared. */
const isKept = (number: string): boolean =>
  /^-?[\d.]{1,15}$/.test(number) ||
  (number.length <= NUMBER_MAX_LENGTH && decimalOf(number) === decimalOf(String(Number(number))));

/** Digits without zeros at their ends, and a power of ten; a zero has no sign, as 0 and -0 are one number. */
function decimalOf(number: string): string {
  const [, sign, whole = '', part = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? [];
  const digits = (whole + part).replace(/^0+/, '');
  const shown = digits.replace(/0+$/, '');
  return shown && `${sign}${shown}e${Number(power) - part.length + digits.length - shown.length}`;
}
