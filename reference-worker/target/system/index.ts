/** A description of a system under test, and what the engine asks of it. */
export type { AccountsPart, Hands } from './accounts.ts';
export { Copies, Copy } from './copies.ts';
export type {
  AccountPlan,
  AccountRequest,
  DataModel,
  Dictionary,
  DocumentPlace,
  DocumentRow,
  DocumentStorage,
  DocumentTable,
  FieldNote,
  FieldNotes,
  IdRange,
  SearchTerm,
} from './data.ts';
export { decode, encode, positionHeaders } from './dialect.ts';
export { existingId, existingIn, withExisting } from './existing.ts';
export { asForm, cookiesIn, FORM, form, formBody } from './forms.ts';
export { bearer, cookie, credentials } from './identify.ts';
export {
  type ChangeStep,
  type DocumentStep,
  isChangeStep,
  isWriteStep,
  Journey,
  type JourneyStep,
  looksForWritten,
  operationsOf,
  type Places,
  type ViewStep,
} from './journey.ts';
export type { Limits } from './limits.ts';
export {
  Objective,
  Objectives,
  OPERATION_FAILURE_BUDGET,
  OperationObjective,
  P99_OF_P95,
  sameForAll,
  within,
} from './objectives.ts';
export {
  kvCacheOf,
  type Placed,
  type PlacementOptions,
  type Placements,
  topologyNamed,
} from './placements.ts';
export { PROMISE_NAMES, PROMISES, type PromiseName } from './promises.ts';
export { indexedValues, type Parent, type Resource, type ResourceInput } from './resources.ts';
export { errorsIn, type PageOptions, type RestOptions, rest } from './rest.ts';
export type { OwnRoutes, Route, Routes } from './routes.ts';
export {
  type Family,
  familiesOf,
  familyOf,
  NeedNotMet,
  resourceNamed,
  resourcesWith,
  resourceWith,
  routeTo,
  type Wanted,
} from './select.ts';
export { defineSystem, type RequestPart, type System, SystemError, type SystemInput } from './system.ts';
export { deploymentOf, type Topology, type TopologyAccount } from './topology.ts';
export { isOfDrawn, pathTo, type View, type VisitorsPart, visitTo } from './visitors.ts';
export type { WorkerPart } from './worker.ts';
