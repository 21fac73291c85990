/** Bounds that hold for a whole run, and for each rung of a ladder. */

/** A quarter of the strictest objective: more could decide a verdict on its own. */
export const LATENESS_MAX_MS = 25;
/** The gauge comes once a second; a pause of a second can hide one second's worth of slow answers. */
export const SILENCE_MAX_MS = 2000;
/** A share of seconds, because a mean would hide a stall of some seconds. k6's own garbage collection takes 10 %. */
export const MACHINE_FULL_MAX_PERCENT = 25;
