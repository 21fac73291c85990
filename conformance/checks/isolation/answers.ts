import { type Asked, TransportError } from '../../../reference-worker/target/index.ts';

/**
 * Everything in a response that a client can compare, by where it stands: the status, each header, each field of the
 * body. What the request itself chose (an id, a host) is replaced, so that two requests can be compared.
 */
export type Shape = Readonly<Record<string, string>>;

/** Which path an answer took is for a check of its own: a second request finds a filled cache. */
const EVIDENCE_HEADERS: readonly string[] = ['server-timing', 'x-cache'];

/** @param chosen what the request chose, longest first; a position and a cursor are made anew for every answer */
export function shapeOf({ response, answer }: Asked, chosen: readonly string[] = []): Shape {
  const made = [answer.bookmark, answer.cursor, ...chosen].filter((text): text is string => Boolean(text));
  const plain = (text: string): string =>
    made.reduce((rest, each) => rest.replaceAll(each, '<chosen>'), text);
  const headers = Object.entries(response.headers)
    .filter(([name]) => !EVIDENCE_HEADERS.includes(name))
    .flatMap(([name, value]) => [
      [`the header ${name}`, plain(value ?? '')],
      [`the presence of ${name}`, 'yes'],
    ]);
  const fields = fieldsOf(response.body).map(([name, value]) => [name, plain(value)]);
  return { 'the status': String(response.status), ...Object.fromEntries([...headers, ...fields]) };
}

function fieldsOf(body: string): [string, string][] {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'object' && json !== null && !Array.isArray(json))
      return Object.entries(json).map(([name, value]) => [`${name} in the body`, JSON.stringify(value)]);
  } catch {
    // Not JSON: compared as a whole.
  }
  return [['the body', body]];
}

/**
 * Where a response differs from two that must be like it. What differs between those two as well (a date, a bookmark)
 * changes from request to request and says nothing.
 */
export function differences(shape: Shape, [first, second]: readonly [Shape, Shape]): readonly string[] {
  const places = new Set([shape, first, second].flatMap((each) => Object.keys(each)));
  return [...places].filter((place) => first[place] === second[place] && shape[place] !== first[place]);
}

/** Some of the places, for a sentence. */
export const someOf = (places: readonly string[]): string =>
  places.length <= 3 ? places.join(', ') : `${places.slice(0, 3).join(', ')} and ${places.length - 3} more`;

/** A request that a Worker may fail to answer: an unanswered one shows a defect where an answer was due. */
export async function orNoAnswer(work: Promise<Asked>): Promise<Asked | TransportError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  }
}
