import { createServer, type RequestListener, type Server } from 'node:http';

/** A server behind workerd, which keeps connections: one that closed just as it is used again would look like a failure. */
export function backendServer(serve: RequestListener): Server {
  const server = createServer(
    {
      // A request as to a proxy names its host in the request line, and workerd sends it without the header.
      requireHostHeader: false,
      // Metadata of KV may hold U+007F, which workerd sends as it is. Nothing else calls these servers.
      insecureHTTPParser: true,
    },
    serve,
  );
  server.keepAliveTimeout = 0;
  return server;
}
