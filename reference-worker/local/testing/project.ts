import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startWorker, type WorkerOptions } from '../worker.ts';
import { freshFolder } from './fresh-folder.ts';

export type ProjectFiles = Readonly<Record<string, string | Buffer | object>>;

/** A folder with these files; objects are written as JSON. */
export function projectOf(files: ProjectFiles): string {
  const folder = freshFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const isFile = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(join(folder, name), isFile ? content : JSON.stringify(content));
  }
  return folder;
}

/** Runs the Worker of a project's wrangler.jsonc until the test ends; its state stays in the project. */
export async function startProject(folder: string, options: Partial<WorkerOptions> = {}) {
  const platform = await startWorker({
    config: join(folder, 'wrangler.jsonc'),
    stateDir: join(folder, 'state'),
    ...options,
  });
  onTestFinished(() => platform.stop());
  const url = platform.deployments[0]?.urls.LHR ?? '';
  return {
    platform,
    url,
    ask: async (path = '', init?: RequestInit): Promise<unknown> => (await fetch(url + path, init)).json(),
  };
}

/** What it answers to one request, after which it is stopped. */
export async function answerOf(folder: string, options: Partial<WorkerOptions> = {}): Promise<unknown> {
  const { ask, platform } = await startProject(folder, options);
  const answer = await ask();
  await platform.stop();
  return answer;
}
