/** One entry of a Server-Timing header. */
export interface TimedPart {
  readonly name: string;
  readonly durationMs: number;
  /** Empty when the entry has none. */
  readonly description: string;
}

/** `name;dur=1.2;desc="who"`, as the reference Worker writes it (W3C Server Timing, section 3.1; RFC 9110, 5.6). */
const ENTRY = /^([!#$%&'*+.^_`|~\w-]+);dur=(\d+(?:\.\d+)?)(?:;desc="((?:[^"\\]|\\.)*)")?(?:, ?|$)/;

/**
 * Reads the Server-Timing header of a Worker.
 *
 * @returns its entries in order; undefined when any of it has another form, because half of an account of where
 *   time went would put the other half in the wrong place
 */
export function parseServerTiming(header: string): TimedPart[] | undefined {
  const parts: TimedPart[] = [];
  for (let rest = header; rest !== ''; ) {
    const entry = ENTRY.exec(rest);
    if (!entry) return undefined;
    const [text, name = '', duration, quoted = ''] = entry;
    parts.push({ name, durationMs: Number(duration), description: quoted.replaceAll(/\\(.)/g, '$1') });
    rest = rest.slice(text.length);
  }
  return parts;
}
