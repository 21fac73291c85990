import type { PhaseWindow } from './asked-load.ts';
import type { Sample } from './samples.ts';

/** A sample in production's time: every moment and every length of a run in slow motion, divided by how slow it was. */
export function inModelTime<Given extends Sample>(sample: Given, slowMotion: number): Given {
  if (slowMotion === 1) return sample;
  const times = Object.entries(sample).map(([name, value]) => [
    name,
    typeof value === 'number' && name.endsWith('Ms') ? value / slowMotion : value,
  ]);
  return Object.fromEntries(times) as Given; // the same names
}

/** When this machine's clock showed a stretch of production's time. */
export const onMachineClock = (window: PhaseWindow, slowMotion: number): PhaseWindow => ({
  ...window,
  fromMs: window.fromMs * slowMotion,
  toMs: window.toMs * slowMotion,
});
