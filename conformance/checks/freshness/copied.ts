import {
  accountOf,
  Client,
  type Copy,
  FAR_REPLICA,
  type Need,
  NeedNotMet,
  type PlatformControl,
  platformOf,
  type Resource,
  type Role,
  resourceNamed,
} from '../../../reference-worker/target/index.ts';
import type { Context } from '../check.ts';
import { ownValue, type ScheduledFault } from '../kit/index.ts';

/** What all checks of freshness need. */
export const NEEDS: readonly Need[] = ['copies', 'faults', 'lag', 'list', 'read'];

/** A resource that is a copy of what an upstream holds, with time that passes for the Worker and the upstream alike. */
export interface Copied {
  readonly copy: Copy;
  readonly resource: Resource;
  readonly control: PlatformControl;
  client(role?: Role, pop?: string): Client;
  /** The documents of an account in the copy, by what a list of them shows: their marks, by id. A look. */
  look(client: Client): Promise<ReadonlyMap<string, string>>;
  /** Gives documents at the upstream a mark, as their owner. */
  changeUpstream(client: Client, ids: readonly string[], mark: string): Promise<void>;
  /** Until the copy has these documents with that mark; looks again and again. @returns whether it has */
  copiedBy(client: Client, ids: readonly string[], mark: string): Promise<boolean>;
  pass(ms: number): Promise<void>;
  /** Lets as much time pass as a change may take to show, with every run of the schedule in it. @returns how many there were */
  passPromised(): Promise<number>;
  /** Plans faults; the Worker's clock goes on as it does. */
  plan(faults: readonly ScheduledFault[]): Promise<void>;
  /** Until nothing waits for the upstream any more, whoever began it. */
  finish(): Promise<void>;
  /** How many calls the upstream has had. */
  calls(): Promise<number>;
}

/** Longer than a Worker of the local platform takes for what need not wait. */
const AT_WORK_MS = 10_000;
/** More than any lease, and than the period of any budget: one check does not disturb the next. */
const APART_MS = 86_400_000;

/** @throws NeedNotMet where the description has no such copy */
export async function copiedIn({ target, once }: Context): Promise<Copied> {
  const [name, copy] = Object.entries(target.system.copies ?? {}).find(([, each]) => each.upstream) ?? [];
  if (name === undefined || !copy?.upstream) throw new NeedNotMet('needs a copy of an upstream');
  const { upstream } = copy;
  const resource = resourceNamed(target.system, name);
  const { control } = platformOf(target).platform;
  // A Worker's clock must not go back from one check to the next: what was kept would be of the future.
  const passed = await once('freshness/time', async () => ({ ms: 0 }));
  const plan = (faults: readonly ScheduledFault[]): Promise<void> =>
    control.setFaults([FAR_REPLICA, { id: 'passed', kind: 'clock-skew', skewMs: passed.ms }, ...faults]);
  const pass = async (ms: number): Promise<void> => {
    passed.ms += ms;
    await control.advance(ms);
    await plan([]);
  };
  const look = async (client: Client): Promise<ReadonlyMap<string, string>> => {
    const { answer } = await client.ask({ kind: 'list', resource: name });
    return new Map(answer.documents.map(({ id, body }) => [id, JSON.stringify(body)]));
  };
  const copied: Copied = {
    ...{ copy, resource, control, pass, plan, look },
    client: (role = 'subject', pop) => new Client(target, accountOf(target, role), pop),
    async changeUpstream({ account }, ids, mark) {
      for (const id of ids)
        await control.operateUpstream(upstream.name, upstream.change(account.id, id, mark));
    },
    async copiedBy(client, ids, mark) {
      const untilMs = performance.now() + AT_WORK_MS;
      while (performance.now() < untilMs) {
        const shown = await look(client);
        if (ids.every((id) => shown.get(id)?.includes(mark))) return true;
        await copied.finish();
      }
      return false;
    },
    async passPromised() {
      const { cron, everyMs } = copy.refresh;
      const runs = Math.floor(copy.freshWithinMs / everyMs);
      for (let run = 0; run < runs; run += 1) {
        await pass(everyMs);
        await target.settle(control.cron(cron));
      }
      await pass(copy.freshWithinMs - runs * everyMs);
      return runs;
    },
    async finish() {
      while ((await control.waiting()).length > 0) await control.step();
    },
    calls: async () => (await control.upstreamCalls()).count,
  };
  await pass(APART_MS);
  return copied;
}

/** What shows a change through the Worker. */
export const changeOf = ({ resource }: Copied, id: string, mark: string) =>
  ({
    kind: 'put',
    resource: resource.name,
    id,
    body: { ...resource.document(mark), ...ownValue(resource, mark) },
  }) as const;

/** Waits in real time, while the Worker does what it began. @returns whether it came to that */
export async function comesTrue(condition: () => Promise<boolean>): Promise<boolean> {
  const untilMs = performance.now() + AT_WORK_MS;
  while (performance.now() < untilMs) if (await condition()) return true;
  return false;
}
