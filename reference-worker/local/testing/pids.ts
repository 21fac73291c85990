/** Whether a process exists. A zombie counts: nobody may be left to be reaped either. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
