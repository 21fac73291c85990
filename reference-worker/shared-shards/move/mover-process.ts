import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { WORKSPACE } from '../../../reports/command/index.ts';
import { claimState, listen, runningUrls, tellDatabases } from '../../local/index.ts';

const COMMAND = join(WORKSPACE, '.config', 'shardproof.js');

/** When a process is killed, and what becomes of the call that it is at: D1 never hears of it, or does at once, or when others are at work. */
export interface MoverKill {
  readonly atCall: number;
  readonly call: 'never' | 'at once' | { readonly afterMs: number };
}

export interface Ended {
  readonly code: number | null;
  readonly wasKilled: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * `shardproof move` in processes of its own, which are killed with SIGKILL at calls of their choice: between them and the databases
 * stands a server that counts the calls.
 */
export class MoverProcesses {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mover-'));
  readonly #urls: Readonly<Record<string, string>>;
  readonly #server = createServer((request, response) => void this.#pass(request, response));
  readonly #late = new Set<Promise<unknown>>();
  #release = (): void => undefined;
  #onCall: () => MoverKill['call'] | undefined = () => undefined;

  /** @param stateDir of the platform whose databases they ask */
  constructor(stateDir: string) {
    this.#urls = runningUrls(stateDir);
  }

  async start(): Promise<void> {
    const port = await listen(this.#server);
    const own = (name: string): string => `http://127.0.0.1:${port}/${name}`;
    tellDatabases(this.#folder, Object.fromEntries(Object.keys(this.#urls).map((name) => [name, own(name)])));
    this.#release = claimState(this.#folder);
  }

  /** Runs one process to its end, or to its kill. */
  async run(account: string, to: string, kill?: MoverKill): Promise<Ended> {
    const args = [COMMAND, 'move', account, '--to', to, '--state', this.#folder, '--settle', '5'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let calls = 0;
    let wasKilled = false;
    this.#onCall = () => {
      calls += 1;
      if (!kill || calls <= kill.atCall) return undefined;
      wasKilled = true;
      child.kill('SIGKILL');
      return kill.call;
    };
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { code, wasKilled, stdout, stderr };
  }

  /** Waits until no call of a killed process is on its way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#late);
  }

  async stop(): Promise<void> {
    await this.settled();
    this.#server.closeAllConnections();
    this.#server.close();
    this.#release();
    rmSync(this.#folder, { recursive: true });
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name = '', path = ''] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const body = await text(request);
    const ask = (): Promise<Response> =>
      fetch(`${this.#urls[name]}${path}`, { method: 'POST', body, headers: { 'x-pop': 'LHR' } });
    const fate = this.#onCall();
    if (fate === undefined) {
      // Where D1 loses the connection, so does whoever asked it.
      const answer = await ask().then(
        async (got) => ({ status: got.status, body: await got.text() }),
        () => undefined,
      );
      if (answer) response.writeHead(answer.status).end(answer.body);
      else response.destroy();
      return;
    }
    if (fate !== 'never') {
      const late = (fate === 'at once' ? Promise.resolve() : sleep(fate.afterMs))
        .then(ask)
        .then((got) => got.body?.cancel())
        .catch(() => undefined)
        .finally(() => this.#late.delete(late));
      this.#late.add(late);
      if (fate === 'at once') await late;
    }
    response.destroy();
  }
}
