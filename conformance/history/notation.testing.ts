import type { Effect, RecordedHistory, RecordedOperation, Seen } from './history.ts';

/**
 * Reads a history, one operation a line, each complete before the next begins:
 *
 * - `A w x1 y2`: A wrote x and y in one request, acknowledged with these versions; `A w x` is acknowledged without one
 * - `A w? x`, `A w! x`: the outcome is unknown, or it failed
 * - `A c x1`, `A p x1`, `A d x2`: a create, a patch, a delete, with `?` and `!` as well
 * - `x2/1`: with If-Match 1; `x?/1` where there is no version
 * - `B r x1 y0`: B saw x at version 1 and no y; `B s x1` in a strong read
 * - `x1=v`: with the value v; `x1=-`: seen without a value. Otherwise a write's value is its key and version, or its key and line, and an observation shows that
 * - `~2` at the end: complete only after the second of the lines that follow has begun
 */
export function historyOf(text: string): RecordedHistory {
  const lines = text.split('\n').map((line) => line.trim());
  return { operations: lines.filter((line) => line !== '').map(operationOf) };
}

const KINDS: Readonly<Record<string, Effect['kind']>> = { w: 'put', c: 'create', p: 'patch', d: 'delete' };

function operationOf(line: string, invoked: number): RecordedOperation {
  const [session = '', verb = '', ...rest] = line.split(' ');
  const lasting = Number(rest.find((word) => word.startsWith('~'))?.slice(1) ?? 0);
  const words = rest.filter((word) => !word.startsWith('~'));
  const invocation = { session, pop: 'LHR', invoked, completed: invoked + lasting };
  if (verb === 'r' || verb === 's')
    return { kind: 'read', ...invocation, seen: words.map(seenIn), ...(verb === 's' && { strong: true }) };
  const kind = KINDS[verb.slice(0, 1)];
  if (!kind) throw new Error(`what does ${line} mean?`);
  const outcome = verb.endsWith('?') ? 'unknown' : verb.endsWith('!') ? 'failed' : 'ok';
  return {
    kind: 'write',
    outcome,
    ...invocation,
    effects: words.map((word) => effectIn(word, kind, invoked)),
  };
}

const WORD = /^([a-z]+)(\d+|\?)?(?:\/(\d+))?(?:=([\w@]+|-))?$/;

function effectIn(word: string, kind: Effect['kind'], line: number): Effect {
  const [, key = '', version, expected, value] = WORD.exec(word) ?? [];
  const number = version === undefined || version === '?' ? undefined : Number(version);
  return {
    kind,
    key,
    value: value ?? (kind === 'delete' ? '' : `${key}${number ?? `@${line}`}`),
    ...(expected !== undefined && { expected: Number(expected) }),
    ...(number !== undefined && { version: number }),
  };
}

function seenIn(word: string): Seen {
  const [, key = '', version, , value] = WORD.exec(word) ?? [];
  const number = Number(version);
  const isShown = number > 0 && value !== '-';
  return { key, version: number, ...(isShown && { value: value ?? `${key}${number}` }) };
}
