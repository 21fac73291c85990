import { createHash } from 'node:crypto';
import type { Handle, Resource, System, Write } from '../../../reference-worker/target/index.ts';
import type { Json, JsonObject } from './merge-patch.ts';
import { type ModelWrite, type State, versionNamed } from './model.ts';
import { INDEXED, SLOTS, VALUES } from './programs.ts';

export interface ProgramSetting {
  readonly system: System;
  readonly resource: Resource;
  /** Whether a document may hold what its description does not name. */
  readonly isFree: boolean;
  /** What the ids of the program begin with. */
  readonly mark: string;
}

/** What a program's documents are called and hold in the words of one system. */
export class TrialDocuments {
  readonly #described: ProgramSetting;
  readonly #handles: readonly Handle[];

  constructor(described: ProgramSetting) {
    const { resource, mark } = described;
    this.#described = described;
    this.#handles = ['-a', '-A', '-b'].map((end) => ({ resource: resource.name, id: `${mark}${end}` }));
  }

  handle(slot: number): Handle {
    const handle = this.#handles[slot];
    if (!handle) throw new Error(`a program has ${SLOTS} documents, and none is number ${slot}`);
    return handle;
  }

  /** The value by which documents are listed. */
  get listed(): string {
    return String(this.#document()[this.#described.resource.texts[0] ?? '']);
  }

  /** The write with its body as it is sent: a small document of the resource around what the program says. */
  concrete(write: ModelWrite): ModelWrite {
    const { indexed, ...rest } = write.body;
    const { isFree, resource } = this.#described;
    const [field] = resource.texts;
    const isWhole = write.kind === 'put' || write.kind === 'create';
    const values: Readonly<Record<string, string>> = {
      [VALUES.listed]: this.listed,
      [VALUES.other]: `${this.listed}-other`,
    };
    const held = typeof indexed === 'string' ? values[indexed] : null;
    const said: JsonObject = {
      ...(isFree ? rest : this.#known(rest, isWhole)),
      ...(field !== undefined && INDEXED in write.body && (isFree || held) && { [field]: held ?? null }),
    };
    // As a parser would have it: objects that are drawn have no prototype.
    return { ...write, body: asJson(isWhole ? { ...this.#document(), ...said } : said) };
  }

  operation({ kind, slot, body, demand }: ModelWrite, before: State): Write {
    const handle = this.handle(slot);
    const { etagOf } = this.#described.system.request;
    const ifMatch = demand === 'there' ? '*' : etagOf?.(versionNamed(before, demand));
    const isConditional = demand !== 'nothing' && demand !== 'not there' && ifMatch !== undefined;
    const conditional = isConditional && { ifMatch };
    if (kind === 'delete') return { kind, ...handle, ...conditional };
    if (kind === 'put')
      return { kind, ...handle, body, ...conditional, ...(demand === 'not there' && { ifNoneMatch: '*' }) };
    return kind === 'patch' ? { kind, ...handle, body, ...conditional } : { kind, ...handle, body };
  }

  /**
   * Whether a Worker may refuse what a program says, because it has a schema or a use of its own for a name; the small
   * document of the resource never is.
   */
  mayBeRefused({ body }: ModelWrite): boolean {
    return this.#described.isFree ? !isOrdinary(body) : Object.keys(body).length > 0;
  }

  /** Other content in the members that the description names, where a Worker may leave out what it does not know. */
  #known(said: JsonObject, isWhole: boolean): JsonObject {
    if (Object.keys(said).length === 0) return {};
    const { resource, mark } = this.#described;
    const digest = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 8);
    const other = Object.entries(asJson(resource.document(`${mark}-${digest}`)));
    const plain = other.filter(([name]) => !resource.indexed.includes(name));
    return Object.fromEntries(isWhole ? plain : plain.slice(0, 1));
  }

  #document(): JsonObject {
    return asJson(this.#described.resource.document(this.#described.mark));
  }
}

const asJson = (body: unknown): JsonObject => JSON.parse(JSON.stringify(body));

/** Of names that no Worker has a use of its own for. */
const isOrdinary = (value: Json): boolean =>
  typeof value !== 'object' ||
  value === null ||
  Object.entries(value).every(([name, member]) => /^(a|b|indexed|\d)$/.test(name) && isOrdinary(member));
