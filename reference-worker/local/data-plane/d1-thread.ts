import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { D1Database } from './d1-database.ts';
import { createD1Server } from './d1-service.ts';
import { listen } from './listen.ts';

/** One database, its own thread and its own port: a slow query delays nobody else's database. */
const { id, file } = z.strictObject({ id: z.string(), file: z.string() }).parse(workerData);
const database = new D1Database(file, id);
const server = createD1Server(database);

parentPort?.once('message', () => {
  server.close();
  server.closeAllConnections();
  // Copies the write-ahead log into the database, so that the file alone is the whole state.
  database.close();
});
parentPort?.postMessage(await listen(server));
