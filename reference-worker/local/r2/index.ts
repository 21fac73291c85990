/** R2: what stands before miniflare's simulator of it, with faults, counts and the platform's clock. */
export { bucketPart } from './part.ts';
