import { type Asked, type Client, familiesOf } from '../../../reference-worker/target/index.ts';
import { makeDocument, storeAt } from '../kit/index.ts';
import { routesExcept } from './cases.ts';
import { eachCase, type IsolationContext, isolationCheck, type TestCase } from './isolation-check.ts';

/** Parents with their children, made so that each side of the join points across the border. */
async function judgeJoin(testCase: TestCase, { target: { system } }: IsolationContext): Promise<void> {
  const { attacker, owner, resource } = testCase;
  const family = familiesOf(system, { joined: true }).find(({ parent }) => parent.name === resource);
  if (!family) throw new Error(`${resource} is no parent: the route join has no case for it`);
  const { child, field } = family;
  const makeParent = async (client: Client, name: string): Promise<string> => {
    const { handle } = await makeDocument(client, system, testCase.handle(name), testCase.markOf(client));
    return handle.id;
  };
  const makeChild = async (client: Client, parent: string, name: string): Promise<string> => {
    const body = { ...child.document(testCase.markOf(client)), [field]: parent };
    return (await storeAt(client, system, testCase.handle(name, child.name), body)).handle.id;
  };
  const [mine, theirs] = [await makeParent(attacker, 'mine'), await makeParent(owner, 'theirs')];
  const both = await makeParent(attacker, 'both');
  await makeParent(owner, 'both');
  const [ownOfMine, ownOfTheirs, ownOfBoth] = [
    await makeChild(attacker, mine, 'child-a-of-mine'),
    await makeChild(attacker, theirs, 'child-a-of-theirs'),
    await makeChild(attacker, both, 'child-a-of-both'),
  ];
  for (const [name, parent] of Object.entries({ mine, theirs, both }))
    await makeChild(owner, parent, `child-b-of-${name}`);
  const join = (id: string): Promise<Asked> =>
    attacker.ask({ kind: 'join', resource, id, child: child.name });
  const own = await join(mine);
  testCase.served('a join shows the own children', childrenOf(own).includes(ownOfMine), [own]);
  const who = attacker.account.id;
  testCase.claim('a parent has no children of another account', isOnly(own, ownOfMine), {
    sentences: [
      `Because only ${ownOfMine} is a document of ${who}, it must be all that ${mine} has.`,
      `However, ${who} reads ${childrenOf(own).join(' ')}.`,
    ],
    exchanges: [own],
  });
  const shared = await join(both);
  const claim = 'a parent under an id of both accounts has the own children only';
  testCase.claim(claim, isOnly(shared, ownOfBoth), [shared]);
  // An account may be told that there is no such parent, or be shown no children of it; of both it is told the same.
  const nobodys = await join(testCase.handle('nobodys').id);
  const foreign = await join(theirs);
  const isNothing =
    foreign.answer.outcome === nobodys.answer.outcome &&
    childrenOf(foreign).every((id) => id === ownOfTheirs);
  testCase.claim("another account's parent is not there, although own documents name it", isNothing, {
    sentences: [
      `Because ${theirs} is a document of another account only, ${who} must be answered as for a parent that nobody has: ${nobodys.response.status}.`,
      `However, the join answered ${foreign.response.status} ${foreign.response.body.slice(0, 200)}.`,
    ],
    exchanges: [nobodys, foreign],
  });
}

const childrenOf = ({ answer }: Asked): readonly string[] => answer.documents.map(({ id }) => id);

const isOnly = (asked: Asked, id: string): boolean =>
  asked.answer.outcome === 'ok' && childrenOf(asked).every((each) => each === id);

export const joinChild = isolationCheck({
  name: 'join-child',
  title: 'A join shows own parents with own children, whoever else has parents or children of the same ids.',
  severity: 'critical',
  requirements: ['B9'],
  needs: ['another-account', 'join', 'read'],
  leavesOut: [{ routes: routesExcept('join'), because: 'they read one resource, not two' }],
  method: `Parents of the attacker, of the other account, and of both under one id; each account has children that name all
three. The attacker reads its own children under its own parents; the other's parent is answered as one that nobody has.`,
  judge: eachCase(judgeJoin),
});
