import type { Verb } from '../../reports/command/index.ts';

const calibrate: Verb = {
  name: 'calibrate',
  does: 'Measures D1 and KV as an account really has them, through a probe of its own, and writes a profile for --latency.',
  help: `Examples:
  shardproof calibrate --target https://shardproof-probe.example.workers.dev
                                                     what it would ask for and cost: nothing is sent without --budget
  shardproof calibrate --target https://shardproof-probe.example.workers.dev --budget 30000
                                                     as much as it has said, then calibration.json
  shardproof calibrate --target http://localhost:8787 --target http://localhost:8788 --budget 40000 --out two.json
                                                     from several places, which shows when KV's writes reach others
  shardproof calibrate --diff january.json june.json what has changed beyond what chance does
  shardproof capacity --latency calibration.json     a load under what was measured

The probe is deployed from reference-worker/probe, with databases and a namespace of its own; PROBE_SECRET in the environment is
the secret that it was given. What cannot be seen is left out by name, and stays as the profile uk-eu assumes it.

Exit codes: 0 the profile is written, or nothing has changed; 1 the probe failed, or something has changed; 3 it broke down;
4 nothing was started: usage, or no probe; 130 stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .option(
        '--target <url>',
        'a probe; may be repeated, up to 3 places',
        (url, others: readonly string[]) => [...others, url],
        [],
      )
      .option('--budget <requests>', 'how many requests it may make: whoever pays for them says so here')
      .option('--out <file>', 'where the profile goes; it must not be there yet (default: calibration.json)')
      .option('--seed <number>', 'same seed, same moments at which keys of KV are looked for', '1')
      .option('--diff <profiles...>', 'instead: two profiles, the older one first'),
  interrupted: 'no profile is written',
  run: async (invocation) => (await import('./calibrate.ts')).calibrate(invocation),
};

const proveCalibration: Verb = {
  name: 'prove:calibrate',
  does: 'Draws profiles, runs the local platform under each, calibrates without reading it, and holds what was found against it.',
  help: `Examples:
  shardproof internal prove:calibrate                           20 profiles
  shardproof internal prove:calibrate --in-process              the same D1 and KV without workerd and HTTP: some minutes
  shardproof internal prove:calibrate --profiles 2 --seed 7

Exit codes: 0 at least 90 % of the intervals hold the truth, 90 % of the measured numbers are within 15 % of it, 90 % of the knees
of the queue model within 10 %, and every policy is named right; 1 not; 3 it broke down; 4 a usage error; 130 stopped by Ctrl-C.`,
  declare: (program) =>
    program
      .option('--profiles <number>', 'to draw, from 1', '20')
      .option('--in-process', 'without workerd, and so without isolates', false)
      .option('--seed <number>', 'of the first; those that follow take the seeds that follow', '1'),
  interrupted: 'nothing is proved',
  run: async (invocation) => (await import('./prove-calibration.ts')).proveCalibration(invocation),
};

export const verbs = [calibrate];
export const internalVerbs = [proveCalibration];
