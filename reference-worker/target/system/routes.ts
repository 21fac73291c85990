import type { Operation, OperationKind } from '../operation.ts';

/** How clients make one kind of request. The preconditions of an operation become If-Match and If-None-Match. */
export interface Route<Asked extends Operation = Operation> {
  readonly method: string;
  /** As in `/api/:resource/:id`: what has a name is filled in from the operation, escaped. */
  readonly path: string;
  /** What is undefined is left out. */
  readonly search?: (operation: Asked) => Readonly<Record<string, string | number | undefined>>;
  /** The body, as JSON. */
  readonly json?: (operation: Asked) => unknown;
  /** The media type of that body: `application/json` unless told otherwise. */
  readonly contentType?: string;
}

type RouteOf<Kind extends OperationKind> = Route<Extract<Operation, { kind: Kind }>>;

/** What no route serves is not asked for: the checks that need it are skipped, and said to be. */
export type Routes = { readonly [Kind in OperationKind]?: RouteOf<Kind> };

/** Where one resource differs from the system's routes; `false`: it has no such route. */
export type OwnRoutes = { readonly [Kind in Exclude<OperationKind, 'batch'>]?: RouteOf<Kind> | false };
