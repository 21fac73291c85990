import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/**
 * A server behind workerd, which keeps connections: one that closed just as it is used again would look like a failure.
 *
 * @param serve what it throws is a defect of ours, and not caught: it ends the data plane, and so the run, with its stack in the log
 */
export function backendServer(
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
): Server {
  const server = createServer(
    {
      // A request as to a proxy names its host in the request line, and workerd sends it without the header.
      requireHostHeader: false,
      // Metadata of KV may hold U+007F, which workerd sends as it is. Nothing else calls these servers.
      insecureHTTPParser: true,
    },
    (request, response) => void serve(request, response),
  );
  server.keepAliveTimeout = 0;
  return server;
}
