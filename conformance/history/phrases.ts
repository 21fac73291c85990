import type { Effect, RecordedOperation, RecordedWrite } from './history.ts';

/** The words in which operations are told about. */

/** As in `x at version 2`, and `no x`. */
export const state = (key: string, version: number): string =>
  version === 0 ? `no ${key}` : `${key} at version ${version}`;

/** As in `a, b and c`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** As in `A wrote x at version 2 and deleted y at version 3` and `A saw x at version 1 and no y`. */
export function told(operation: RecordedOperation): string {
  if (operation.kind === 'write') return `${operation.session} ${done(operation)}`;
  const seen = operation.seen.map(({ key, version, goneAt = 0 }) =>
    goneAt > 0 ? `${key} deleted at version ${goneAt}` : state(key, version),
  );
  return `${operation.session} saw ${listed(seen)}`;
}

/** As in `wrote x at version 2`. */
function done({ effects, outcome }: RecordedWrite): string {
  const effect = ({ key, version, expected }: Effect): string => {
    const condition = expected === undefined ? '' : ` with If-Match ${expected}`;
    return version === undefined ? `${key}${condition}` : `${state(key, version)}${condition}`;
  };
  const written = effects.filter(({ kind }) => kind !== 'delete').map(effect);
  const deleted = effects.filter(({ kind }) => kind === 'delete').map(effect);
  const deeds = [
    ...(written.length > 0 ? [`wrote ${listed(written)}`] : []),
    ...(deleted.length > 0 ? [`deleted ${listed(deleted)}`] : []),
  ];
  const doubt = {
    ok: '',
    failed: ' and was told that nothing had happened',
    unknown: ' and was told nothing',
  };
  return `${listed(deeds)}${doubt[outcome]}`;
}
