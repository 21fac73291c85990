/** A Worker of one deployment, and what it needs to run on the local platform. Paths begin at the description's folder. */
export interface WorkerPart {
  /** A wrangler configuration file: its main module, D1 databases with their migrations, KV namespaces and vars are taken. */
  readonly config?: string;
  /** Of that file. */
  readonly environment?: string;
  /** The source file that exports a `fetch` handler; needed where no `config` names it. */
  readonly entry?: string;
  /** D1 databases, by binding: the SQL that makes an empty one ready. */
  readonly databases?: Readonly<Record<string, string>>;
  /** Bindings of KV namespaces. */
  readonly namespaces?: readonly string[];
  /** Secrets too: nothing of them is written to disk but for the run. */
  readonly vars?: Readonly<Record<string, string>>;
}
