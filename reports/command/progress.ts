import ora from 'ora';

/** What a long step tells whoever waits for it. */
export interface Progress {
  update(text: string): void;
  done(text: string): void;
  fail(text: string): void;
}

/** On a log that scrolls, one line in this many milliseconds shows life without drowning the rest. */
const PLAIN_LINE_EVERY_MS = 10_000;

/** Shows a step on stderr: a spinner on a terminal, plain lines elsewhere. stdout stays free for results. */
export function startProgress(text: string): Progress {
  if (process.stderr.isTTY) {
    // Node knows NO_COLOR and what the terminal can show (no-color.org); what ora asks looks at standard output alone.
    const isColoured = process.stderr.hasColors();
    const spinner = ora({ text, stream: process.stderr, discardStdin: false, color: isColoured && 'cyan' });
    const end = (symbol: string, last: string): void => void spinner.stopAndPersist({ symbol, text: last });
    spinner.start();
    return {
      update: (next) => {
        spinner.text = next;
      },
      done: (last) => (isColoured ? void spinner.succeed(last) : end('✔', last)),
      fail: (last) => (isColoured ? void spinner.fail(last) : end('✖', last)),
    };
  }
  const line = (next: string): void => void process.stderr.write(`${next}\n`);
  let shownAtMs = Date.now();
  line(text);
  return {
    update: (next) => {
      if (Date.now() - shownAtMs < PLAIN_LINE_EVERY_MS) return;
      shownAtMs = Date.now();
      line(next);
    },
    done: line,
    fail: line,
  };
}

/** `75 s left`, by the share of the work done so far; `estimating` until there is something to go by. */
export function timeLeft(startedAtMs: number, share: number, nowMs = Date.now()): string {
  if (share <= 0.01) return 'estimating time left';
  const leftMs = ((nowMs - startedAtMs) / share) * (1 - share);
  return `${Math.max(0, Math.ceil(leftMs / 1000))} s left`;
}
