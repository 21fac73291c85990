/** Of the 2,000,000 of a D1 row (developers.cloudflare.com/d1/platform/limits); ids and indexed fields get the rest. */
export const BODY_MAX_BYTES = 1_980_000;
/** The longest LIKE or GLOB pattern in D1, in bytes: a prefix and its `%`. */
export const LIKE_PATTERN_MAX_BYTES = 50;
/** A Worker holds a whole request in its 128 MB of memory, several requests at a time. */
export const REQUEST_MAX_BYTES = 8_000_000;
/** Two statements each; D1 allows 1,000 queries per invocation and 30 s for the whole batch. */
export const BATCH_MAX_OPERATIONS = 50;
export const LIST_MAX_ITEMS = 100;
export const LIST_DEFAULT_ITEMS = 20;

const encoder = new TextEncoder();
export const byteLength = (text: string): number => encoder.encode(text).byteLength;
