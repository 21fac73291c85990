import { GUARANTEES, type Guarantee } from '../history/index.ts';

/** A promise about histories, and the checker that can break it. */
export interface TabledGuarantee extends Guarantee {
  /** As in `read your writes`. */
  readonly name: string;
}

/** From the weaker to the stronger: the four of a session, and the one that no session is needed for. */
const TABLED = [
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
  'linearizability',
];

export const TABLED_GUARANTEES: readonly TabledGuarantee[] = GUARANTEES.filter(({ id }) =>
  TABLED.includes(id),
).map((guarantee) => ({ ...guarantee, name: guarantee.title.toLowerCase() }));
