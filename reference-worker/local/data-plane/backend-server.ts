import { createServer, type RequestListener, type Server } from 'node:http';

/** A server behind workerd, which keeps connections: one that closed just as it is used again would look like a failure. */
export function backendServer(serve: RequestListener): Server {
  const server = createServer(serve);
  server.keepAliveTimeout = 0;
  return server;
}
