import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Behaviour, type PlatformControl, startWorker } from '../../reference-worker/target/index.ts';
import { type CalibrationFindings, findingsOf, type Measured, type SeenOfAccount } from './findings.ts';
import { type Hidden, truthOf } from './hidden-profile.testing.ts';
import { type InProcess, startInProcess } from './in-process.testing.ts';
import { probeAt } from './local-probe.testing.ts';
import { modelledKnee } from './modelled-knee.testing.ts';
import { type NamedPlace, observe, placesAt } from './observe.ts';
import type { Observer } from './observer.ts';
import { overHttp, type Timing } from './probe.ts';
import { profileOf } from './profile.ts';
import { mostOf, Spending, type Spent, STANDARD_PLAN } from './spending.ts';

const SECRET = 'secret-of-a-probe';
const FIRST_MARK = 1_000_000;

/** A calibration, and what it took. */
export interface Calibrated {
  readonly findings: CalibrationFindings;
  readonly seen: SeenOfAccount;
  readonly places: readonly NamedPlace[];
  readonly spent: Spent;
  /** What the platform counted of KV, for the same. */
  readonly counted: Pick<Spent, 'kvReads' | 'kvWrites'>;
  readonly minutes: number;
}

/** Where a calibration is let loose on a hidden profile. */
interface Ground extends Pick<InProcess, 'send' | 'timing'> {
  readonly urls: readonly string[];
  usage(): Calibrated['counted'] | Promise<Calibrated['counted']>;
}

/** Calibrates as the command does, in virtual time. */
async function calibrateOn(
  { urls, send, timing, usage }: Ground,
  hidden: Hidden,
  signal: AbortSignal,
  { plan, onProgress }: Pick<Observer, 'plan' | 'onProgress'>,
): Promise<Calibrated> {
  const startMs = timing.now();
  const spending = new Spending(mostOf(plan, urls.length));
  const places = await placesAt(urls, { send, timing, spending, signal });
  const observer = { places, plan, timing, firstMark: FIRST_MARK, onProgress };
  const seen = await observe(observer, hidden.seed);
  return {
    ...{ findings: findingsOf(seen), seen, places, spent: spending.spent, counted: await usage() },
    minutes: (timing.now() - startMs) / 60_000,
  };
}

/** On the platform's D1 and KV alone, without workerd. */
export async function calibrateInProcess(
  hidden: Hidden,
  signal: AbortSignal,
  onProgress: Observer['onProgress'] = () => undefined,
): Promise<Calibrated> {
  const ground = startInProcess(hidden);
  try {
    return await calibrateOn(ground, hidden, signal, { plan: STANDARD_PLAN, onProgress });
  } finally {
    ground.stop();
  }
}

/** On the whole local platform, with the probe in workerd. */
export async function calibrateHidden(
  hidden: Hidden,
  signal: AbortSignal,
  onProgress: Observer['onProgress'] = () => undefined,
  plan = STANDARD_PLAN,
): Promise<Calibrated> {
  const stateDir = mkdtempSync(join(tmpdir(), 'shardproof-calibration-'));
  try {
    const platform = await startWorker({ stateDir, ...probeAt(SECRET), behaviour: hidden });
    try {
      const usage = async (): Promise<Calibrated['counted']> => {
        const { kv } = await platform.control.usage();
        const count = (of: (one: (typeof kv)[number]) => number): number =>
          kv.reduce((sum, each) => sum + of(each), 0);
        return { kvReads: count(({ reads }) => reads), kvWrites: count(({ writes }) => writes) };
      };
      const urls = Object.values(platform.deployments[0]?.urls ?? {});
      const send = overHttp(SECRET, signal);
      const ground = { urls, send, timing: steppedTime(platform.control), usage };
      return await calibrateOn(ground, hidden, signal, { plan, onProgress });
    } finally {
      await platform.stop();
    }
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** The time of a platform whose clock is stepped: to the next event while somebody waits, and no further. */
function steppedTime(control: PlatformControl): Timing {
  let nowMs = 0;
  return {
    now: () => nowMs,
    sleep: async (ms) => {
      await control.advance(ms);
      nowMs += ms;
    },
    during: async (work) => {
      let isDone = false;
      const finish = (): void => {
        isDone = true;
      };
      work.then(finish, finish);
      while (!isDone) {
        // Calls that are made side by side must all have arrived before time passes for the first. Nobody else asks anything, and so every
        // event after that is one of this request, until it asks again or is answered.
        if ((await control.waiting()).length === 0) continue;
        for (let ms = await control.step(); ms !== undefined; ms = await control.step()) nowMs += ms;
      }
      return work;
    },
  };
}

/** What a calibration found, held against the truth. */
export interface Judged {
  /** Estimates with an interval, and how many of these hold the truth. */
  readonly numbers: number;
  readonly held: number;
  /** Those that count as measured, and how many are within 15 % of the truth. */
  readonly measured: number;
  readonly close: number;
  readonly minutes: number;
  /** What the queue model sustains under the profile that was found, against what it sustains under the hidden one. */
  readonly kneeRatio: number;
  /** Policies that were named wrong, and bounds that were not kept, in words. */
  readonly wrong: readonly string[];
  /** The numbers whose interval does not hold the truth, or that are too far from it. */
  readonly outside: readonly string[];
}

const CLOSE = 0.15;
/** What is said in microseconds is rounded. */
const ROUNDING_MS = 0.001;
const MINUTES_MAX = 10;
/** Of all numbers: fewer would make the proof one of nothing. */
const MEASURED_MIN = 0.6;
const SHARE_MIN = 0.9;
const KNEE_APART = 0.1;

export function heldAgainst(hidden: Hidden, calibrated: Calibrated): Judged {
  const { findings, spent, counted, minutes } = calibrated;
  const { measured, unsure } = findings;
  const isHeld = (each: Measured): boolean => {
    const truth = truthOf(hidden, each.path) ?? Number.NaN;
    return each.low - ROUNDING_MS <= truth && truth <= each.high + ROUNDING_MS;
  };
  const isClose = (each: Measured): boolean => {
    const truth = truthOf(hidden, each.path) ?? Number.NaN;
    return Math.abs(each.value - truth) <= CLOSE * truth + ROUNDING_MS;
  };
  const all = [...measured, ...unsure];
  const outside = all.filter((each) => !isHeld(each) || (measured.includes(each) && !isClose(each)));
  return {
    ...{ numbers: all.length, held: all.filter(isHeld).length },
    ...{ measured: measured.length, close: measured.filter(isClose).length, minutes },
    kneeRatio:
      modelledKnee(Behaviour.parse(profileOf({ ...calibrated, date: '2026-11-28' }))) / modelledKnee(hidden),
    wrong: wrongIn(hidden, findings, { spent, counted, minutes }),
    outside: outside.map(
      (each) =>
        `${each.path}: ${each.value.toPrecision(4)} (${each.low.toPrecision(4)} to ${each.high.toPrecision(4)}, ${each.samples}), and is ` +
        `${truthOf(hidden, each.path)?.toPrecision(4)}${measured.includes(each) ? '' : ', unsure'}`,
    ),
  };
}

function wrongIn(
  { readReplication, foreignBookmarks }: Hidden,
  { hasReplicas, policy, cachesAbsence }: CalibrationFindings,
  { spent, counted, minutes }: Pick<Calibrated, 'spent' | 'counted' | 'minutes'>,
): string[] {
  const replicated = readReplication === 'auto';
  // Without replicas a bookmark makes no difference, and nothing may be said of it.
  const expected = replicated ? foreignBookmarks : undefined;
  return [
    hasReplicas === replicated ? '' : `replicas are ${hasReplicas ? '' : 'not '}said to be there`,
    policy === expected ? '' : `bookmarks: ${policy}, and it is ${expected}`,
    cachesAbsence === true ? '' : 'absence is cached, and that was not seen',
    counted.kvReads === spent.kvReads && counted.kvWrites === spent.kvWrites
      ? ''
      : `KV counted ${JSON.stringify(counted)}, the calibration ${JSON.stringify(spent)}`,
    minutes <= MINUTES_MAX ? '' : `it took ${minutes.toFixed(1)} minutes`,
  ].filter(Boolean);
}

/** Over all profiles: whether what was claimed of calibrations holds. */
export function judgeAll(all: readonly Judged[]) {
  const total = (of: (one: Judged) => number): number => all.reduce((sum, each) => sum + of(each), 0);
  const numbers = total((each) => each.numbers);
  const heldShare = total(({ held }) => held) / numbers;
  const closeShare = total(({ close }) => close) / total(({ measured }) => measured);
  const measuredShare = total(({ measured }) => measured) / numbers;
  const kneeShare = all.filter(({ kneeRatio }) => Math.abs(kneeRatio - 1) <= KNEE_APART).length / all.length;
  const isProved =
    all.every(({ wrong }) => wrong.length === 0) &&
    heldShare >= SHARE_MIN &&
    closeShare >= SHARE_MIN &&
    kneeShare >= SHARE_MIN &&
    measuredShare >= MEASURED_MIN;
  return { heldShare, closeShare, measuredShare, kneeShare, isProved };
}
