import type { Entry } from './entry.ts';

/** Which runs are wanted: of one kind, and the newest ones only. */
export interface Selection {
  readonly kind?: Entry['kind'] | undefined;
  readonly last?: number | undefined;
}

export function select(entries: readonly Entry[], { kind, last }: Selection): Entry[] {
  const ofKind = entries.filter((entry) => kind === undefined || entry.kind === kind);
  return last === undefined ? ofKind : ofKind.slice(-last);
}
