import { type MessagePort, workerData } from 'node:worker_threads';

/** Asks the row counter while the thread that wants the answer stands still; see `countNow` in statement-log.ts. */
const { url, port, answered }: { url: string; port: MessagePort; answered: Int32Array } = workerData;

async function ask(body: string): Promise<string> {
  try {
    return await (await fetch(url, { method: 'POST', body })).text();
  } catch (error) {
    return JSON.stringify([{ error: String(error) }]);
  }
}

port.on('message', async (body: string) => {
  port.postMessage(await ask(body));
  Atomics.store(answered, 0, 1);
  Atomics.notify(answered, 0);
});
