import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads `+ <pid>` and `- <pid>` and, when its input ends, kills the process groups that are left. Its input
 * ends when this process ends, however it ends: no exit handler survives `kill -9`, an end of file does.
 */
const SCRIPT = `
groups=' '
while read -r change pid; do
  case $change in
    +) groups="$groups$pid " ;;
    -) groups="\${groups%% $pid *} \${groups#* $pid }" ;;
  esac
done
for pid in $groups; do kill -s KILL -- "-$pid"; done`;

const guarded = new Set<number>();
let guard: ChildProcess | undefined;

/** From now on the process group dies with this process. */
export function guardGroup(pid: number): void {
  guarded.add(pid);
  if (guard) tell(`+ ${pid}`);
  else startGuard();
}

/** The group has ended: its number may soon belong to somebody else, so the guard must forget it. */
export function releaseGroup(pid: number): void {
  guarded.delete(pid);
  tell(`- ${pid}`);
  if (guarded.size > 0) return;
  guard?.stdin?.end();
  guard = undefined;
}

function startGuard(): void {
  // A session of its own, so that Ctrl-C in the terminal does not reach it before its work is done.
  const started = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  guard = started;
  // Somebody killed the guard: a write to it may fail, and the groups need another one.
  started.stdin.on('error', () => undefined);
  started.once('exit', () => {
    if (guard === started) startGuard();
  });
  for (const pid of guarded) tell(`+ ${pid}`);
}

function tell(line: string): void {
  guard?.stdin?.write(`${line}\n`);
}
