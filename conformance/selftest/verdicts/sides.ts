import {
  type Deploy,
  deployOf,
  ROLES,
  type Role,
  type Running,
  type System,
} from '../../../reference-worker/target/index.ts';

/** Who is on the other side: both are on one shard, so that whatever is tested of one can be tested of the other. */
const OTHER_SIDE: Readonly<Record<Role, Role>> = {
  subject: 'neighbour',
  neighbour: 'subject',
  elsewhere: 'elsewhere',
  dedicated: 'dedicated',
};

/**
 * A system as it is, seen from its other account: what was the neighbour is the subject.
 *
 * @throws SystemError when its description does not say how it runs on the local platform
 */
export function fromTheOtherSide(system: System): System {
  const deploy = deployOf(system);
  const swapped: Deploy = async (options) => otherSideOf(await deploy(options));
  return { ...system, worker: swapped };
}

function otherSideOf(running: Running): Running {
  const accounts = running.accounts.map((account) => ({ ...account, role: OTHER_SIDE[account.role] }));
  return { ...running, accounts: accounts.toSorted((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role)) };
}

/** A system whose description names its resources in another order: checks that take the first that suits them take others. */
export function inAnotherOrder(system: System, seed: number): System {
  const entries = Object.entries(system.resources);
  const first = seed % entries.length;
  return { ...system, resources: Object.fromEntries([...entries.slice(first), ...entries.slice(0, first)]) };
}

/** How a run with a seed looks at a system: from which side, and from which resource on, follows from the seed. */
export function seenWith(system: System, seed: number): System {
  const ordered = inAnotherOrder(system, seed);
  return seed % 2 === 0 ? fromTheOtherSide(ordered) : ordered;
}
