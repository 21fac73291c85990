import { startProcess } from '../processes.ts';

/** A parent to be killed: starts two processes, says who they are, and waits for its end. */
const start = (script: string) =>
  startProcess({
    name: 'child',
    command: '/bin/sh',
    args: ['-c', script],
    env: process.env,
    output: 'inherit',
  });
const children = [start('exec sleep 600'), start("trap '' TERM; sleep 600 & echo grandchild $!; wait")];
console.log(children.map(({ pid }) => `child ${pid}`).join('\n'));
