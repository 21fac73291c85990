import { literal } from './literal.ts';

export const ROWS_SOCKET = 'rows';
/** Names the folder in which workerd looks for the files. */
export const ROWS_UNIQUE_KEY = 'd1';
/** The module that counts, beside the configuration. */
export const ROWS_MODULE = 'row-counter.js';

/** The workerd configuration of the row counter. @param folder that holds the files, as an absolute path */
export const rowCounterConfig = (folder: string): string => `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "files", disk = (path = ${literal(folder)}, writable = true)),
    (name = "rows", worker = (
      compatibilityDate = "2026-10-20",
      modules = [(name = ${literal(ROWS_MODULE)}, esModule = embed ${literal(ROWS_MODULE)})],
      durableObjectNamespaces = [(className = "CountedDatabase", uniqueKey = ${literal(ROWS_UNIQUE_KEY)}, enableSql = true)],
      durableObjectStorage = (localDisk = "files"),
      bindings = [(name = "ROWS", durableObjectNamespace = "CountedDatabase")]
    ))
  ],
  sockets = [(name = ${literal(ROWS_SOCKET)}, address = "127.0.0.1:0", service = "rows")]
);
`;
