import type { Exchange } from '../../reference-worker/target/index.ts';
import { shellQuoted } from '../../reports/command/index.ts';
import type { Redaction } from './redaction.ts';

export interface CurlCommand {
  readonly line: string;
  /** A body that is too long for a line: the line names the file that must hold it. */
  readonly file?: { readonly path: string; readonly text: string };
}

/** Longer ones go into a file. */
const BODY_MAX_LENGTH = 1_000;

/**
 * The command that sends a request again.
 *
 * @param bodyPath where a long body will be found
 */
export function curlOf({ url, request }: Exchange, show: Redaction, bodyPath: string): CurlCommand {
  const { method, path, headers, body, bodyEncoding } = request;
  const shownBody = body === undefined ? undefined : show.text(body);
  const isLong = shownBody !== undefined && !bodyEncoding && shownBody.length > BODY_MAX_LENGTH;
  const parts = [
    ...(bodyEncoding ? [`printf ${quoted(bytesOf(shownBody ?? ''))} |`] : []),
    // The path is what may matter: curl would resolve its dots and read meaning into its brackets.
    'curl -sS -i --path-as-is --globoff',
    ...(method === 'GET' ? [] : [method === 'HEAD' ? '-I' : `-X ${quoted(method)}`]),
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${show.header(name, value)}`)}`),
    ...(shownBody === undefined
      ? []
      : bodyEncoding
        ? ['--data-binary @-']
        : [`--data-raw ${isLong ? `"$(cat ${quoted(bodyPath)})"` : quoted(shownBody)}`]),
    quoted(`${url.replace(/\/$/, '')}${show.text(path)}`),
  ];
  const line = parts.join(' ');
  return isLong ? { line, file: { path: bodyPath, text: shownBody } } : { line };
}

const VARIABLE = /(\$[A-Z]+_(?:TOKEN(?:_IN_[A-Z0-9_]+|_SIGNATURE)?|CREDENTIALS))/;

/** One word of a POSIX shell: as it is inside single quotes, but for the variables of tokens, which it is to fill in. */
function quoted(text: string): string {
  if (/^[\w./:@-]+$/.test(text)) return text;
  if (text === '') return "''";
  return text
    .split(VARIABLE)
    .map((part, index) => {
      if (index % 2 === 1) return `"${part}"`;
      return part === '' ? '' : shellQuoted(part);
    })
    .join('');
}

/** As printf of a POSIX shell reads bytes: what is no plain character as its octal number. */
const bytesOf = (latin1: string): string =>
  latin1.replace(
    /[^\x20-\x7e]|[\\%]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
