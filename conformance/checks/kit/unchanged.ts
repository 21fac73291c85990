import type { Asked } from '../../../reference-worker/target/index.ts';

/**
 * Whether a document is as a write left it, as far as both answers tell: by its version, else by its ETag, of which a proxy
 * may weaken one (RFC 9110, section 8.8.1). An answer to a write need not tell either; content is compared beside it.
 */
export function isSameVersion(written: Asked | undefined, read: Asked): boolean {
  const versions = [written, read].map((asked) => asked?.answer.documents[0]?.version);
  if (!versions.includes(undefined)) return versions[0] === versions[1];
  const [tag, now] = [written, read].map((asked) => asked?.answer.etag?.replace(/^W\//, ''));
  return tag === undefined || now === undefined || tag === now;
}
