import { accountOf, Client } from '../../target/index.ts';
import type { Check } from '../check.ts';

export const swappedId: Check = {
  id: 'isolation/swapped-id',
  title:
    'The id of a document in another account on the same shard leads to the own document of that id, or to none.',
  requirements: ['A2', 'A7'],
  severity: 'critical',
  world: 'calm',
  needs: ['neighbour'],
  method: 'PLACEHOLDER: to be replaced by the generated matrix.',
  async run({ target, evidence, unique }) {
    const [mine, theirs] = [accountOf(target, 'subject'), accountOf(target, 'neighbour')].map(
      (account) => new Client(target, account),
    ) as [Client, Client];
    const document = { collection: 'clients', id: unique('only-theirs') } as const;
    await theirs.ask({ kind: 'put', ...document, body: { owner: 'neighbour' } });
    const control = await theirs.ask({ kind: 'read', ...document });
    const read = await mine.ask({ kind: 'read', ...document });
    evidence.control('its owner reads it', control.answer.outcome === 'ok', [control]);
    evidence.claim("a neighbour's document is absent", read.answer.outcome === 'absent', [read]);
  },
};
