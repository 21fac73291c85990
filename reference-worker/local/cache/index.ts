export { cachePart } from './part.ts';
