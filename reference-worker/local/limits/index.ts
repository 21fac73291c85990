/** The rate limits that Workers ask for. */

export { limitsPart } from './part.ts';
