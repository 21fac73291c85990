/** How D1, KV and the caches behave in a run. */
export {
  type Aims,
  type BookmarkPolicy,
  d1Of,
  misplacedFault,
  Plane,
  type PlaneInput,
} from './behaviour.ts';
