export { type Chance, chanceOf } from './chance.ts';
export { Distribution, draw, isZero } from './distribution.ts';
export {
  type D1Profile,
  type Instance,
  type KvProfile,
  LatencyProfile,
  Region,
  sourcedNumbers,
} from './profile.ts';
export { latencyProfiles } from './profiles.ts';
