import fc from 'fast-check';
import { accountOf, Client, type Exchange } from '../../../reference-worker/target/index.ts';
import {
  decisiveLooks,
  type StaleLook,
  staleLooks,
  type TimedLook,
  type TimedWrite,
} from '../../history/index.ts';
import type { Context } from '../check.ts';
import type { ScheduledFault } from '../kit/index.ts';
import {
  bodyIn,
  canHide,
  markIn,
  type NamedView,
  PassingTime,
  published,
  shows,
  Visitor,
  viewsOf,
} from './visitor.ts';

/** What writers and visitors of one view did, and on which clock. */
export interface RecordedLooks {
  readonly view: NamedView;
  readonly writes: readonly TimedWrite[];
  readonly looks: readonly TimedLook[];
  readonly exchanges: ReadonlyMap<TimedLook, Exchange>;
  readonly stale: readonly StaleLook[];
  /** How many of the looks had to show a later write than the first. */
  readonly decisive: number;
  /** Texts that were never to be shown, and were. */
  readonly drafts: readonly Exchange[];
}

/** What KV does meanwhile: nothing, it goes on answering with the value before, it refuses to forget. */
const TROUBLES: readonly (readonly ScheduledFault[])[] = [
  [],
  [{ id: 'visitors-stale', kind: 'kv-stale-value' }],
  [{ id: 'visitors-kept', kind: 'kv-error', operation: 'delete', status: 500 }],
];

type Step =
  | { readonly kind: 'show' | 'hide' | 'delete' }
  | { readonly kind: 'look'; readonly pop: number }
  | { readonly kind: 'wait'; readonly share: number };

/** Shares of the bound; the last one goes just past it. */
const WAITS = [0.02, 0.2, 0.5, 0.9, 1.01] as const;

const stepsOf = (view: NamedView): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constant<Step>({ kind: 'show' }) },
      { weight: 1, arbitrary: fc.constant<Step>({ kind: canHide(view) ? 'hide' : 'show' }) },
      { weight: 1, arbitrary: fc.constant<Step>({ kind: 'delete' }) },
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('look' as const), pop: fc.nat(2) }) },
      {
        weight: 3,
        arbitrary: fc.record({ kind: fc.constant('wait' as const), share: fc.constantFrom(...WAITS) }),
      },
    ),
    { minLength: 14, maxLength: 24 },
  );

/** Random programs on every view, made once per run: several checks look at what came of them. */
export const recordedLooks = (context: Context): Promise<readonly RecordedLooks[]> =>
  context.once('visitors/recorded-looks', async () => {
    const views = viewsOf(context.target);
    const recorded: RecordedLooks[] = [];
    for (const view of views)
      for (const [at, faults] of TROUBLES.slice(0, context.effort === 'fast' ? 2 : 3).entries())
        recorded.push(await record(context, view, { at, faults }));
    return recorded;
  });

async function record(
  { target, seed, unique }: Context,
  view: NamedView,
  { at, faults }: { readonly at: number; readonly faults: readonly ScheduledFault[] },
): Promise<RecordedLooks> {
  const { withinMs } = view.view;
  const of = published(view, unique(`looks-${view.name}-${at}`));
  const owner = new Client(target, accountOf(target, 'subject'));
  const visitor = new Visitor(target);
  const time = new PassingTime(target, faults);
  const writes: TimedWrite[] = [];
  const looks: TimedLook[] = [];
  const exchanges = new Map<TimedLook, Exchange>();
  const drafts: Exchange[] = [];
  const hidden: string[] = [];
  const states: string[] = [];

  const write = async (kind: 'show' | 'hide' | 'delete'): Promise<void> => {
    const state = `v${String(states.length + 1).padStart(3, '0')}`;
    states.push(state);
    const handle = { resource: view.resource.name, id: of.id };
    const beganMs = time.momentMs();
    const asked = await owner.ask(
      kind === 'delete'
        ? { kind, ...handle }
        : { kind: 'put', ...handle, body: bodyIn(of, state, kind === 'hide' ? view.resource.hidden : {}) },
    );
    if (kind === 'hide') hidden.push(markIn(of, state));
    const { outcome } = asked.answer;
    if (outcome === 'refused' || outcome === 'absent') return;
    const acknowledgedMs = outcome === 'ok' ? time.momentMs() : undefined;
    writes.push({ key: of.id, leaves: kind === 'show' ? state : undefined, beganMs, acknowledgedMs });
  };
  const look = async (pop: number): Promise<void> => {
    const beganMs = time.momentMs();
    const exchange = await visitor.look(of, { pop: target.pops[pop % target.pops.length] ?? '' });
    // Too many views, or a failure, tells nothing of what is shown.
    if (exchange.response.status === 429 || exchange.response.status >= 500) return;
    const shown = states.findLast((state) => shows(exchange, markIn(of, state)));
    const one: TimedLook = { key: of.id, shown, beganMs, endedMs: time.momentMs() };
    if (hidden.some((mark) => shows(exchange, mark))) drafts.push(exchange);
    else looks.push(one);
    exchanges.set(one, exchange);
  };

  await time.pass(0);
  try {
    // What every run has: two states, each looked at before and after the bound.
    await write('show');
    for (const pop of [0, 1, 2]) await look(pop);
    await write('show');
    for (const pop of [0, 1, 2]) await look(pop);
    await time.pass(withinMs + 1);
    for (const pop of [0, 1, 2]) await look(pop);
    const [drawn = []] = fc.sample(stepsOf(view), { seed: seed + at, numRuns: 1 });
    for (const step of drawn) {
      if (step.kind === 'wait') await time.pass(Math.max(1_000, Math.ceil(step.share * withinMs)));
      else if (step.kind === 'look') await look(step.pop);
      else await write(step.kind);
    }
    await write('delete');
    await time.pass(withinMs + 1);
    for (const pop of [0, 1, 2]) await look(pop);
  } finally {
    await time.end();
  }
  return {
    ...{ view, writes, looks, exchanges, drafts },
    stale: staleLooks(writes, looks, withinMs),
    decisive: decisiveLooks(writes, looks, withinMs),
  };
}
