/** How workerd behaves towards a Worker. */
export interface Compatibility {
  /** As in 2026-10-20. */
  readonly date: string;
  readonly flags: readonly string[];
}

/** A binding of the Worker that is served on this port. */
export interface BackendBinding {
  readonly binding: string;
  readonly port: number;
}

/** A binding to another Worker of the same deployment, or to itself. */
export interface ServiceBinding {
  readonly binding: string;
  /** The name of that script. */
  readonly script: string;
  /** A named export of it; its default export unless told otherwise. */
  readonly entrypoint?: string | undefined;
  /** What it finds in `ctx.props`. */
  readonly props?: unknown;
}

/** A binding to the Durable Objects of a class, of this script or another one of the deployment. */
export interface ObjectsBinding {
  readonly binding: string;
  readonly className: string;
  readonly script: string;
}

/** A binding to a rate limit. */
export interface RateLimitBinding {
  readonly binding: string;
  /** Two bindings of one namespace count together. */
  readonly namespace: string;
  /** How often a key may pass in each period. */
  readonly limit: number;
  /** 10 or 60. */
  readonly periodSeconds: number;
}

/** A class of Durable Objects that a script exports. */
export interface ObjectsClass {
  readonly className: string;
  /** Whether its objects have `storage.sql` (new_sqlite_classes) or keys and values alone (new_classes). */
  readonly hasSql: boolean;
}
