/** The part of the house that a path belongs to, as in `fixtures` or `reference-worker/local`. @param found begins with the path */
export const roomOf = (found: string): string => {
  const [first = '', second = ''] = (found.split(/:| ->/)[0] ?? '').split('/');
  return first === 'reference-worker' ? `${first}/${second}` : first;
};

/**
 * What stands against a rule beyond what is allowed, room by room.
 *
 * @param found each begins with a path
 * @param allowed how many there may be in each room; none where nothing is said
 * @returns for each room with more: a line with both counts, and all that was found there
 */
export const beyond = (found: readonly string[], allowed: Readonly<Record<string, number>>): string[] =>
  [...Map.groupBy(found, roomOf)].flatMap(([room, all]) =>
    all.length > (allowed[room] ?? 0)
      ? [`${room}: ${all.length}, and ${allowed[room] ?? 0} allowed`, ...all]
      : [],
  );
