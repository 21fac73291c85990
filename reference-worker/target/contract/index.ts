/** The vocabulary of conformance: what clients ask, what Workers answer. */
export * from './adapter.ts';
export { decode, encode } from './encode.ts';
export * from './operation.ts';
