import { z } from 'zod';
import { systemFlags } from '../../reference-worker/target/index.ts';
import {
  badOption,
  decimal,
  type Invocation,
  readOptions,
  wholeNumber,
} from '../../reports/command/index.ts';
import { loadFlags, type RemoteLoad, readRemoteLoad } from '../remote/index.ts';
import type { LoadSubject } from '../system.ts';
import { EFFECT } from './defaults.ts';
import { assertTailIsSeen, pairsOf } from './options.ts';
import { blockShape } from './scenario.ts';

/** Two Workers at their URLs, and the load that each gets in turns with the other. */
export interface TargetsChoice {
  readonly targets: readonly [RemoteLoad, RemoteLoad];
  /** Blocks of each. */
  readonly pairs: number;
  readonly leavesOpen: string | undefined;
  /** The change of a figure to be seen, and within which two are alike, as a share. */
  readonly effect: number;
  readonly leaveDocuments: boolean;
  /** What was given, for the command that repeats the comparison. */
  readonly given: Pick<z.infer<typeof Flags>, 'system' | 'config' | 'account' | 'budget'>;
}

const Flags = z.strictObject({
  ...{ ...systemFlags, ...loadFlags },
  target: z.array(z.string()).length(2, 'takes two URLs, each after a --target of its own'),
  hold: wholeNumber(5, 600).optional(),
  effect: decimal(0.02, 5).default(EFFECT),
  pairs: wholeNumber(2, 200)
    .refine((pairs) => pairs % 2 === 0, 'must be even, so that each round has its reversal')
    .optional(),
  leaveDocuments: z.boolean().default(false),
});

/** What only the platform on this machine has. */
const LOCAL_ONLY = ['neighbour', 'latency', 'readReplication', 'control', 'entry'];

/**
 * Tells a comparison of deployed Workers from one of this machine.
 *
 * @returns whether it is one
 * @throws CommandError `bad_option` for what does not go together
 */
export function isOfTargets(given: Invocation['given']): boolean {
  const refused = given.target === undefined ? ['account', 'leaveDocuments'] : LOCAL_ONLY;
  const wrong = refused.find((name) => given[name] !== undefined);
  const option = wrong?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (option !== undefined)
    throw badOption(
      option,
      given.target === undefined
        ? 'it is about deployed Workers; give two URLs as well, each after a --target'
        : 'only the platform on this machine has that; leave it out, or --target',
    );
  return given.target !== undefined;
}

/**
 * Makes of the options what is to be done to which URLs, and makes sure that it may be, before anything is sent that counts.
 *
 * @throws as readRemoteLoad, for either; CommandError `bad_option` for one URL twice
 */
export async function readTargets(
  given: Invocation['given'],
  subject: LoadSubject,
  signal: AbortSignal,
): Promise<TargetsChoice> {
  const { target: urls, effect, pairs: asked, leaveDocuments, ...flags } = readOptions(Flags, given);
  const [first = '', second = ''] = urls.map((url) => url.replace(/\/$/, ''));
  if (first === second)
    throw badOption('target', `${first} is named twice, and shows nothing against itself`);
  const { pairs, leavesOpen } = pairsOf({ pairs: asked, effect, control: true }, urls.length);
  const loadOf = (target: string): Promise<RemoteLoad> => {
    const repeated = { shape: blockShape, times: pairs, amongOthers: urls.length };
    return readRemoteLoad({ ...flags, target }, subject, repeated, signal);
  };
  const targets = [await loadOf(first), await loadOf(second)] as const;
  assertTailIsSeen(targets[0].scenario);
  const { system, config, account, budget } = flags;
  return { targets, pairs, leavesOpen, effect, leaveDocuments, given: { system, config, account, budget } };
}
