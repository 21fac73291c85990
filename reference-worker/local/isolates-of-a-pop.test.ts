import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { BehaviourInput } from './behaviour/index.ts';
import { freshFolder } from './testing/fresh-folder.ts';
import type { MemoryReply } from './testing/memory-worker.ts';
import { startWorker } from './worker.ts';
import type { Platform } from './workers.ts';

let platform: Platform | undefined;
afterEach(() => platform?.stop());

/** What the module of each answer's isolate had counted, request by request. */
async function counted(requests: number, behaviour: BehaviourInput): Promise<number[]> {
  const entry = join(import.meta.dirname, 'testing', 'memory-worker.ts');
  platform = await startWorker({ entry, stateDir: freshFolder(), behaviour });
  const counts: number[] = [];
  for (let sent = 0; sent < requests; sent += 1) {
    const response = await fetch(platform.deployments[0]?.urls.MAN ?? '');
    const { requests: count }: MemoryReply = JSON.parse(await response.text());
    counts.push(count);
  }
  await platform.stop();
  return counts;
}

test('a PoP has several isolates, each with a memory of its own, chosen by the seed', async () => {
  const counts = await counted(40, { seed: 7 });

  expect(counts.filter((count) => count === 1)).toHaveLength(2);
  expect(Math.max(...counts)).toBeLessThan(40);
  expect(await counted(40, { seed: 7 })).toEqual(counts);
  expect(await counted(40, { seed: 8 })).not.toEqual(counts);
  expect(await counted(5, { isolatesPerPop: 1 })).toEqual([1, 2, 3, 4, 5]);
});

test('a large Worker is compiled once for each isolate, and for each cold start that is planned', async () => {
  const folder = freshFolder();
  const entry = join(folder, 'index.js');
  const lines = Array.from(
    { length: 40_000 },
    (_, n) => `const f${n} = (a) => a > ${n} ? 'text ${n}, to be large enough' : f${n} + a;`,
  );
  const used = `export const all = [${lines.map((_, n) => `f${n}`).join()}];`;
  writeFileSync(
    entry,
    `${lines.join('\n')}\n${used}\nexport default { fetch: () => new Response('large') };`,
  );
  const stateDir = freshFolder();
  const faults = [{ id: 'cold', kind: 'cold-isolate', pop: 'LHR', fromMs: 1_000_000 }] as const;

  platform = await startWorker({
    entry,
    stateDir,
    behaviour: { faults: [...faults], coldStarts: { EDI: 2 } },
  });

  const config = readFileSync(join(stateDir, 'worker-worker.capnp'), 'utf8');
  expect(readFileSync(join(stateDir, 'worker.js')).length).toBeGreaterThan(3_000_000);
  // Two isolates in each of three PoPs, and two for each of the three cold starts.
  expect(config.match(/embed "worker\.js"/g)).toHaveLength(6 + 6);
  expect(await (await fetch(platform.deployments[0]?.urls.LHR ?? '')).text()).toBe('large');
});
