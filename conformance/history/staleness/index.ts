export {
  decisiveLooks,
  type StaleLook,
  staleLooks,
  type TimedLook,
  type TimedWrite,
} from './bounded-staleness.ts';
