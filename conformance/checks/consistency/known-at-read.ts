import { isRead, type RecordedHistory, type RecordedRead, type RecordedWrite } from '../../history/index.ts';

/** An acknowledged version of a document, and the write that made it. */
interface Made {
  readonly key: string;
  readonly version: number;
  readonly write: RecordedWrite;
}

/** What a session knew of a document when it read it, by how it had come to know. */
export interface KnownAtRead {
  readonly read: RecordedRead;
  readonly key: string;
  /** The newest version that it had written. */
  readonly wrote: Made | undefined;
  /** The newest version that it had been shown. */
  readonly saw: Made | undefined;
  /** The newest version that came before something that it had been shown, if that is newer than all that it had met. */
  readonly heard: Made | undefined;
}

/** By key. */
type Newest = Map<string, Made>;

interface Knowledge {
  readonly wrote: Newest;
  readonly saw: Newest;
  /** With all that came before. */
  readonly past: Newest;
}

/** What sessions knew, at each document of each read: only who knows something can be told too little. */
export function knowledgeAtReads({ operations }: RecordedHistory): KnownAtRead[] {
  const sessions = new Map<string, Knowledge>();
  const madeBy = new Map<string, Made>();
  const pasts = new Map<RecordedWrite, Newest>();
  const reads: KnownAtRead[] = [];
  for (const operation of operations.toSorted((one, other) => one.completed - other.completed)) {
    const { session } = operation;
    const knowledge = sessions.get(session) ?? { wrote: new Map(), saw: new Map(), past: new Map() };
    sessions.set(session, knowledge);
    if (isRead(operation)) {
      reads.push(...operation.seen.map(({ key }) => knownAtRead(operation, key, knowledge)));
      const shown = operation.seen.flatMap(({ value }) => madeBy.get(value ?? '') ?? []);
      for (const made of shown) {
        learn(knowledge.saw, made);
        for (const before of pasts.get(made.write)?.values() ?? []) learn(knowledge.past, before);
      }
    } else {
      for (const made of madeIn(operation)) {
        for (const newest of [knowledge.wrote, knowledge.past]) learn(newest, made);
        madeBy.set(made.value, made);
      }
      pasts.set(operation, new Map(knowledge.past));
    }
  }
  return reads;
}

function knownAtRead(read: RecordedRead, key: string, { wrote, saw, past }: Knowledge): KnownAtRead {
  const heard = past.get(key);
  const met = Math.max(wrote.get(key)?.version ?? 0, saw.get(key)?.version ?? 0);
  return {
    read,
    key,
    wrote: wrote.get(key),
    saw: saw.get(key),
    heard: heard && heard.version > met ? heard : undefined,
  };
}

function madeIn(write: RecordedWrite): (Made & { readonly value: string })[] {
  return write.effects.flatMap(({ key, value, version }) =>
    version === undefined ? [] : [{ key, value, version, write }],
  );
}

function learn(newest: Newest, made: Made): void {
  if (made.version > (newest.get(made.key)?.version ?? 0)) newest.set(made.key, made);
}
