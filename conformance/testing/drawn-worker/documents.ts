import { Refusal } from './refusals.ts';
import type { Switches } from './switches.ts';

export interface Row {
  readonly resource: string;
  readonly id: string;
  readonly version: number;
  readonly made_at: number;
  readonly changed_at: number;
  readonly is_new: number;
  readonly body: string | null;
  /** Of a list: what it is sorted by. */
  readonly value?: string;
}

export type Body = Readonly<Record<string, unknown>>;

/** The fields that lists are searched and sorted by. */
export const FIELDS: Readonly<Record<string, readonly string[]>> = {
  parcels: ['state', 'code'],
  labels: ['parcelId', 'name'],
};

export const WORDS = ['new', 'sent', 'lost'] as const;
const ADDRESS = /^[^\s@]+@[^\s@]+\.test$/;
/** What a strict Worker keeps; it leaves out what it does not know. */
const MEMBERS = ['state', 'code', 'parcelId', 'name', 'text'];

/**
 * What is kept of a document, or of a merge patch.
 *
 * @throws Refusal for a value that its field may not hold
 */
export function contentOf(body: Body, isPatch: boolean, switches: Switches): Body {
  const { state } = body;
  const words: readonly unknown[] = WORDS;
  const isState =
    switches.field === 'text' ||
    state === undefined ||
    (isPatch && state === null) ||
    (switches.field === 'word' ? words.includes(state) : typeof state === 'string' && ADDRESS.test(state));
  if (!isState) throw new Refusal('bad_content');
  if (switches.content !== 'strict') return body;
  const kept = Object.entries(body).filter(([name]) => MEMBERS.includes(name));
  if (kept.some(([, value]) => typeof value !== 'string' && !(isPatch && value === null)))
    throw new Refusal('bad_content');
  return Object.fromEntries(kept);
}

/** A document as an answer shows it. */
export function shown(row: Row, { versions, content }: Switches) {
  const seconds = (ms: number): number => Math.floor(ms / 1_000);
  return {
    ...JSON.parse(row.body ?? '{}'),
    id: row.id,
    ...(versions === 'counted' && { version: row.version }),
    ...(versions === 'seconds' && { version: seconds(row.changed_at) }),
    ...(content === 'stamped' && {
      createdAt: new Date(row.made_at).toISOString(),
      updatedAt: new Date(row.changed_at).toISOString(),
    }),
  };
}

/** Strong; a weak one has `W/` in front. */
export const etagOf = ({ version }: Pick<Row, 'version'>): string => `"v${version}"`;
