import { type Asked, accountOf, Client } from '../../../reference-worker/target/index.ts';
import { type Cell, routesExcept } from './cells.ts';
import { type Bench, forEachCell, vector } from './vector.ts';

/** Clients with their finances, laid out so that each side of the join points across the border. */
async function judgeJoin(bench: Bench, cell: Cell): Promise<void> {
  const { target, scene } = bench;
  const me = new Client(target, accountOf(target, 'subject'));
  const other = new Client(target, accountOf(target, cell.placement));
  const id = (name: string): string => bench.unique(`${cell.placement}-${name}`);
  const lay = async (
    client: Client,
    role: 'subject' | typeof cell.placement,
    parent: string,
    child?: string,
  ) => {
    const secret = scene.secretOf(role);
    if (child === undefined)
      return client.ask({ kind: 'put', resource: 'clients', id: parent, body: { secret } });
    const body = { clientId: parent, secret };
    return client.ask({ kind: 'put', resource: 'finances', id: child, body });
  };
  const [mine, theirs, both] = [id('parent-of-mine'), id('parent-of-theirs'), id('parent-of-both')];
  for (const parent of [mine, both]) await lay(me, 'subject', parent);
  for (const parent of [theirs, both]) await lay(other, cell.placement, parent);
  for (const parent of [mine, theirs, both]) {
    await lay(me, 'subject', parent, `${parent}-child-of-mine`);
    await lay(other, cell.placement, parent, `${parent}-child-of-theirs`);
  }
  const ask = (client: Client, clientId: string): Promise<Asked> =>
    client.ask({ kind: 'join', resource: 'clients', child: 'finances', id: clientId });
  const childrenOf = ({ answer }: Asked): string => answer.documents.map((each) => each.id).join(' ');
  for (const [client, parent, foreign, child] of [
    [me, mine, theirs, 'child-of-mine'],
    [other, theirs, mine, 'child-of-theirs'],
  ] as const) {
    const [ownParent, foreignParent, bothParents] = [
      await ask(client, parent),
      await ask(client, foreign),
      await ask(client, both),
    ];
    const who = client.account.id;
    bench.control(cell, 'a join shows the own children', childrenOf(ownParent).includes(child), [ownParent]);
    bench.claim(
      cell,
      'a client has no children of another account',
      isOnly(ownParent, `${parent}-${child}`),
      {
        sentences: [
          `Because only ${child} is a document of ${who}, it must be all that ${parent} has.`,
          `However, ${who} reads ${childrenOf(ownParent)}.`,
        ],
        exchanges: [ownParent],
      },
    );
    bench.claim(
      cell,
      'a client under an id of both accounts has the own children only',
      isOnly(bothParents, `${both}-${child}`),
      [bothParents],
    );
    const isNothing = foreignParent.answer.outcome === 'absent';
    bench.claim(cell, "another account's client is not there, although own documents name it", isNothing, {
      sentences: [
        `Because ${foreign} is a client of another account only, ${who} must be told that there is none.`,
        `However, the join answered ${foreignParent.response.status} ${foreignParent.response.body.slice(0, 200)}.`,
      ],
      exchanges: [foreignParent],
    });
  }
}

const isOnly = ({ answer }: Asked, id: string): boolean =>
  answer.outcome === 'ok' && answer.documents.every((each) => each.id === id);

export const joinChild = vector({
  name: 'join-child',
  title: 'A join shows own parents with own children, whoever else has parents or children of the same ids.',
  severity: 'critical',
  requirements: ['B9'],
  needs: ['another-account', 'join', 'read', 'put'],
  leavesOut: [{ routes: routesExcept('join'), because: 'they read one resource, not two' }],
  method: `Clients of the subject, of the other account, and of both under one id; each account has finances that name all
three. Each reads its own finances under its own clients, and is told that the other's client does not exist.`,
  judge: (bench) => forEachCell(bench, (cell) => judgeJoin(bench, cell)),
});
