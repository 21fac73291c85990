import type { Asked, Client, Handle, Operation, System } from '../../../reference-worker/target/index.ts';
import { bodyOf, makeDocument, operationOn } from '../kit/index.ts';
import type { TestCase } from './isolation-check.ts';

/** One request of the attacker in three copies: for an id that the owner has, and for two that nobody has. */
export interface ExistenceComparison {
  readonly theirs: Asked;
  readonly nobodys: readonly [Asked, Asked];
  /** The ids, in the same order. */
  readonly ids: readonly [string, string, string];
  /** The owner's answer to the same request. */
  readonly owners: Asked;
}

/**
 * How a request of this kind can be made for a document: plainly, with each precondition, and, where it makes one, under an
 * id of its own with the values that the document has in all indexed fields.
 */
export function formsOf({ route }: TestCase, system: System, handle: Handle): readonly Operation[] {
  const body = bodyOf(system, handle, 'of an intruder');
  const plain = operationOn(system, route, handle, body);
  // A tag of another form may be refused as such, whoever has the document.
  const first = system.request.etagOf?.(1);
  const matching = [{ ifMatch: '*' }, ...(first === undefined ? [] : [{ ifMatch: first }])];
  switch (plain.kind) {
    case 'read':
      return [
        plain,
        ...matching.map((each) => ({ ...plain, ...each })),
        ...(first === undefined ? [] : [{ ...plain, ifNoneMatch: first }]),
      ];
    case 'put':
      return [
        plain,
        ...matching.map((each) => ({ ...plain, ...each })),
        { ...plain, ifNoneMatch: '*' },
        { ...plain, id: `${handle.id}-own` },
      ];
    case 'create':
      return [plain, { ...plain, id: `${handle.id}-own` }];
    case 'patch':
    case 'delete':
      return [plain, ...matching.map((each) => ({ ...plain, ...each }))];
    case 'batch':
      return [
        plain,
        { kind: 'batch', writes: [{ kind: 'create', ...handle, body }] },
        { kind: 'batch', writes: [{ kind: 'delete', ...handle, ifMatch: first ?? '*' }] },
      ];
    default:
      return [plain];
  }
}

/**
 * @param form which of `formsOf` is compared
 * @param attempt each is made of ids of its own
 * @param prepare what the owner does beforehand, beside making the document
 */
export async function compareExistence(
  testCase: TestCase,
  system: System,
  { form, attempt = 0 }: { readonly form: number; readonly attempt?: number },
  prepare: (owner: Client, handle: Handle) => Promise<unknown> = async () => undefined,
): Promise<ExistenceComparison> {
  const { attacker, owner } = testCase;
  // Of one length: the length of an answer is an answer too.
  const handleOf = (name: string): Handle => testCase.handle(`${form}-${attempt}-${name}`);
  const [nobodys, nobodysToo] = [handleOf('b'), handleOf('c')];
  const { handle: theirs } = await makeDocument(owner, system, handleOf('a'), testCase.markOf(owner));
  await prepare(owner, theirs);
  const ask = (client: Client, handle: Handle): Promise<Asked> => {
    const operation = formsOf(testCase, system, handle)[form];
    if (!operation) throw new Error(`${testCase.route} has no form ${form}`);
    return client.ask(operation);
  };
  const first = await ask(attacker, nobodys);
  const foreign = await ask(attacker, theirs);
  const second = await ask(attacker, nobodysToo);
  return {
    theirs: foreign,
    nobodys: [first, second],
    ids: [theirs.id, nobodys.id, nobodysToo.id],
    owners: await ask(owner, theirs),
  };
}
