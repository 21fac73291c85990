import {
  type Checker,
  type Commit,
  type Evidence,
  evidenceIn,
  isCommit,
  isEarlierInSession,
  isRead,
  type KeyVersion,
  type Operation,
  versionsOf,
  type Witness,
} from './history.ts';
import { state, told } from './phrases.ts';

/**
 * Monotonic writes: whatever includes a write includes what its session wrote before. A version of a key includes
 * all versions before it, as the database made one from the other.
 */
export const monotonicWrites: Checker = (operations) =>
  missingPredecessor(operations, (earlier) => isCommit(earlier));

/** Writes follow reads: whatever includes a write includes what its session had seen before it. */
export const writesFollowReads: Checker = (operations) => missingPredecessor(operations, isRead);

/** That `write` was made with knowledge of `earlier`, hence whatever includes the one must include the other. */
interface Link {
  readonly earlier: Evidence;
  readonly earlierVersion: KeyVersion;
  readonly write: Commit;
}

/** Something that must be included, and why. */
interface Demand {
  readonly version: KeyVersion;
  /** From the operation that was looked at, back in time. */
  readonly links: readonly Link[];
}

/**
 * Looks for an operation that includes a write and lacks what must come with it. What one operation shows, it
 * shows together: two reads that disagree break monotonic reads, not the order of writes.
 *
 * @param binds which operations of its own session a write must come after
 */
function missingPredecessor(
  operations: readonly Operation[],
  binds: (earlier: Evidence) => boolean,
): Witness | undefined {
  const evidence = evidenceIn(operations);
  const linksTo = (write: Commit): Link[] =>
    evidence
      .filter((earlier) => binds(earlier) && isEarlierInSession(earlier, write))
      .flatMap((earlier) =>
        versionsOf(earlier).map((earlierVersion) => ({ earlier, earlierVersion, write })),
      );
  for (const operation of evidence) {
    const links = firstMissing(operation, evidence.filter(isCommit), linksTo);
    if (links) return witness(operation, links);
  }
  return undefined;
}

/** Follows links from what the operation includes, nearest first, to something that it does not include. */
function firstMissing(
  operation: Evidence,
  commits: readonly Commit[],
  linksTo: (write: Commit) => Link[],
): readonly Link[] | undefined {
  const included = versionsOf(operation);
  const demands: Demand[] = included.map((version) => ({ version, links: [] }));
  const followed = new Set<Commit>();
  for (const { version, links } of demands) {
    if (included.some(({ key, version: shown }) => key === version.key && shown < version.version))
      return links;
    for (const write of commits) {
      if (followed.has(write) || write.key !== version.key || write.version > version.version) continue;
      followed.add(write);
      // A list grows while it is walked: breadth first.
      demands.push(
        ...linksTo(write).map((link) => ({ version: link.earlierVersion, links: [...links, link] })),
      );
    }
  }
  return undefined;
}

function witness(operation: Evidence, links: readonly Link[]): Witness {
  const [first, last] = [links[0], links.at(-1)];
  if (!first || !last) throw new Error('an operation lacks what it shows');
  const reasons = links
    .map(({ earlier, earlierVersion, write }) => {
      const did = isRead(earlier) ? 'saw' : 'wrote';
      return `${write.client} ${did} ${state(earlierVersion)} before it wrote ${state(write)}`;
    })
    .reverse();
  const why = `Because ${reasons.join(', and ')}, whatever includes ${state(first.write)} must include ${state(last.earlierVersion)}; however, ${told(operation)}.`;
  const argued = [...links.flatMap(({ earlier, write }) => [write, earlier]).reverse(), operation];
  return { operations: [...new Set(argued)], why };
}
