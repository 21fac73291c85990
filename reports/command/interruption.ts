import { CommandError, exitCodeOf } from './errors/index.ts';

/** Ctrl-C in a terminal reaches every process of the foreground group, and npm passes on what it receives: one key press arrives twice. */
const ONE_PRESS_MS = 1000;

/**
 * Lets Ctrl-C (and SIGTERM) stop what runs, which then clears up after itself; a second press does not wait for that.
 *
 * @param said what becomes of the work, as in `nothing was measured`
 * @returns aborts with a CommandError `interrupted`, which is thrown by whoever watches it
 */
export function interruption(said: string): AbortSignal {
  const controller = new AbortController();
  let firstAtMs = 0;
  const interrupt = (): void => {
    if (!controller.signal.aborted) firstAtMs = performance.now();
    else if (performance.now() - firstAtMs > ONE_PRESS_MS) process.exit(exitCodeOf.INTERRUPTED);
    controller.abort(new CommandError('interrupted', 'failed', `stopping; ${said}.`));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}
