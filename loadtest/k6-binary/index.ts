/** The k6 that makes the load: found, built or downloaded, and asked which outputs it has. */
export { findK6 } from './find-k6.ts';
export { assertOutputs, outputFromCaller, withFile } from './outputs.ts';
