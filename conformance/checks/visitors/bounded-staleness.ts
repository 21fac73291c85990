import type { Check, Context } from '../check.ts';
import { type RecordedLooks, recordedLooks } from './recorded-looks.ts';

const METHOD =
  'Random programs run on every view: an owner shows, hides and deletes a document, visitors look at it in every place, and time ' +
  'passes between them, of KV and of the Worker, up to the bound and past it. Meanwhile KV is well, or answers with the value ' +
  'before the newest, or refuses to forget. A checker of its own then asks of every look whether some order of the writes explains ' +
  'it, within the bound that the description states.';

/** Judges the stale looks of one kind in all recordings. */
async function judge(
  context: Context,
  text: string,
  isMeant: (stale: RecordedLooks['stale'][number]) => boolean,
): Promise<void> {
  const { evidence } = context;
  for (const recorded of await recordedLooks(context)) {
    const { view, stale, exchanges, decisive, looks } = recorded;
    const { withinMs } = view.view;
    const [first] = stale.filter(isMeant);
    const exchange = first && exchanges.get(first.look);
    evidence.claim(`${text} (${view.name})`, first === undefined, {
      sentences: first
        ? [
            `Because a view may be ${withinMs / 1_000} s old, what was acknowledged at ${secondsOf(first.newer?.acknowledgedMs ?? 0)} must be shown ${withinMs / 1_000} s later.`,
            `However, at ${secondsOf(first.look.beganMs)} visitors were shown ${first.look.shown ?? 'nothing'} instead of ${first.newer?.leaves ?? 'nothing'}.`,
          ]
        : [],
      exchanges: exchange ? [exchange] : [],
    });
    evidence.control(`some of ${looks.length} looks had to show a later write (${view.name})`, decisive > 0);
    const isShown = looks.some(({ shown }) => shown !== undefined);
    evidence.control(`visitors are shown what was published (${view.name})`, isShown);
  }
}

const secondsOf = (ms: number): string => `${(ms / 1_000).toFixed(3)} s`;

export const shownWithinBound: Check = {
  id: 'visitors/shown-within-bound',
  title: 'Visitors are shown every write by the time that is stated, in every place and whatever KV does.',
  requirements: ['D3', 'D4', 'D11'],
  severity: 'high',
  environment: 'simulated-time',
  needs: ['visitors', 'faults', 'put', 'delete'],
  method: METHOD,
  run: (context) =>
    judge(
      context,
      'what was published before the bound is shown',
      ({ newer }) => newer?.leaves !== undefined,
    ),
};

export const hiddenWithinBound: Check = {
  id: 'visitors/hidden-within-bound',
  title: 'What was hidden or deleted is shown to no visitor beyond the time that is stated.',
  requirements: ['D4', 'D5', 'D11'],
  severity: 'critical',
  environment: 'simulated-time',
  needs: ['visitors', 'faults', 'put', 'delete'],
  method: `${METHOD} Judged here are the looks at what was hidden or deleted.`,
  run: (context) =>
    judge(context, 'what was hidden before the bound is not', ({ newer }) => newer?.leaves === undefined),
};
