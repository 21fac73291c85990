/** How D1, KV and the caches behave in a run. */
export {
  type Aims,
  Behaviour,
  type BehaviourInput,
  type BookmarkPolicy,
  d1Of,
  misplacedFault,
} from './behaviour.ts';
