/** Bounds that hold for a whole run, and for each rung of a ladder. */

/** A quarter of the strictest objective: more could decide a verdict on its own. */
export const LATENESS_MAX_MS = 25;
/** The gauge comes once a second; a pause of a second can hide one second's worth of slow answers. */
export const SILENCE_MAX_MS = 2000;
/** A share of seconds, because a mean would hide a stall of some seconds. k6's own garbage collection takes 10 %. */
export const MACHINE_FULL_MAX_PERCENT = 25;
/** Of the machine: what a run without other work beside it never sees. */
export const FOREIGN_MIN_PERCENT = 10;
/** A share of seconds, too: nobody but those others is to blame, so less is tolerated than where everything is ours. */
export const CROWDED_MAX_PERCENT = 10;
/**
 * Of an objective: time in an answer that is neither modelled nor the Worker's processor time. A quarter moves the knee of a
 * queue by a few percent, as its wait rises steeply there; more would be a verdict on this machine.
 */
export const MACHINE_SHARE_MAX = 0.25;
/** Where a machine of all cores is busy for less, and nobody else is at work, what is slow is slow by itself. */
export const BUSY_MIN_PERCENT = 60;
