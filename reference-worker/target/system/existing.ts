/** A text that no document of anybody's holds, and that no escaping changes: the client puts an id in its place. */
const PLACE = /"?the-existing--([\w-]+?)--(number|text)"?/g;

/**
 * For a field of `document` that must name a document of another resource: the id of one that each account is given before it is
 * judged. Clients put it wherever this text stands in what they send.
 *
 * @param resource its name, as the description has it
 * @param as in JSON; a text unless told otherwise
 */
export const existingId = (resource: string, as: 'number' | 'text' = 'text'): string =>
  `the-existing--${resource}--${as}`;

/** The resources of which a document must be there, as far as a text says. */
export const existingIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(PLACE)].map(([, resource = '']) => resource));

/** @param idOf the document of that resource; where there is none the text stays as it is */
export const withExisting = (text: string, idOf: (resource: string) => string | undefined): string =>
  text.replaceAll(PLACE, (place: string, resource: string, as: string) => {
    const id = idOf(resource);
    if (id === undefined) return place;
    const isQuoted = place.startsWith('"') && place.endsWith('"');
    return isQuoted && as === 'text' ? JSON.stringify(id) : id;
  });
