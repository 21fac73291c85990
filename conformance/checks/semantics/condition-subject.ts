import {
  type Asked,
  accountOf,
  Client,
  type Delete,
  type Handle,
  NeedNotMet,
  type Patch,
  type Put,
  type Resource,
  resourceWith,
} from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';
import { documentBody } from '../kit/index.ts';

/** So that the version has two digits, of which each alone is another version's tag. */
const WRITES = 12;
export const CONDITIONED = ['put', 'patch', 'delete'] as const;
export type ConditionedMethod = (typeof CONDITIONED)[number];

/** The document that conditions are about. */
export class ConditionSubject {
  readonly client: Client;
  readonly resource: Resource;
  readonly handle: Handle;
  #etag: string | undefined;
  #writes = 0;

  static async create(context: Context): Promise<ConditionSubject | undefined> {
    const { target, evidence, unique } = context;
    const resource = resourceWith(target.system, { ids: 'client', routes: ['put', 'read'] });
    const subject = new ConditionSubject(context, resource, unique('document'));
    let last = await subject.restore();
    for (let write = 1; write < WRITES; write += 1) last = await subject.restore();
    const isStrong = /^"[^"]+"$/.test(subject.#etag ?? '');
    // Where versions are promised, their tags are.
    if (!isStrong && target.lacks('versions') !== undefined)
      throw new NeedNotMet('needs strong ETags: If-Match compares no others (RFC 9110, 13.1.1)');
    evidence.served('a read tells a strong ETag (RFC 9110, 8.8.3)', isStrong, [last]);
    return isStrong ? subject : undefined;
  }

  private constructor({ target }: Context, resource: Resource, id: string) {
    this.client = new Client(target, accountOf(target, 'subject'));
    this.resource = resource;
    this.handle = { resource: resource.name, id };
  }

  /** Of the document as it is. */
  get etag(): string {
    return this.#etag ?? '';
  }

  body() {
    this.#writes += 1;
    return documentBody(this.resource, `write-${this.#writes}`);
  }

  /** Writes it once more, whatever it was. */
  async restore(): Promise<Asked> {
    await this.client.ask({ kind: 'put', ...this.handle, body: this.body() });
    return this.read();
  }

  async read(): Promise<Asked> {
    const asked = await this.client.ask({ kind: 'read', ...this.handle });
    this.#etag = asked.answer.etag ?? asked.response.headers.etag;
    return asked;
  }
}

/** A write of the document, with content of its own. */
export function conditionedWrite(
  subject: Pick<ConditionSubject, 'handle' | 'body'>,
  method: ConditionedMethod,
): Put | Patch | Delete {
  if (method === 'delete') return { kind: method, ...subject.handle };
  return { kind: method, ...subject.handle, body: subject.body() };
}
