import { join } from 'node:path';
import { build } from 'esbuild';
import { compileJourney, type LoadedAccount, type LoadedSystem } from '../journey/index.ts';
import type { Call, CallAnswer, VirtualUser } from '../k6/session.ts';

/** What the k6 script is given of a journey, where there is no k6. */
export interface CompiledJourney {
  readonly BOOKMARK: string;
  readonly BOOKMARK_COOKIE: string;
  readonly ERROR: string;
  readonly absent: RegExp | null;
  readonly SESSIONS: boolean;
  identify(token: string): Record<string, string>;
  startWork(): { next: number };
  makeNextRequest(
    session: { user: VirtualUser; target: (call: Call) => CallAnswer },
    work: { next: number },
  ): void;
}

/** Compiles the journey of a system and loads it as k6 would. @param account of nobody in particular unless told otherwise */
export async function loadCompiled(
  system: LoadedSystem,
  account: LoadedAccount = { account: 'ann', ids: {}, searches: [] },
): Promise<CompiledJourney> {
  const { outputFiles } = await build({
    stdin: { contents: compileJourney(system, account), resolveDir: join(import.meta.dirname, '..', 'k6') },
    bundle: true,
    write: false,
    format: 'esm',
    plugins: [
      {
        name: 'without-k6',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /recorded\.ts$|^k6\/data$/ }, ({ path }) => ({
            path,
            namespace: 'without-k6',
          }));
          onLoad({ filter: /./, namespace: 'without-k6' }, () => ({
            contents: 'export const count = () => {}; export class SharedArray {}',
          }));
        },
      },
    ],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.text ?? '').toString('base64')}`);
}
