import type { Operation } from './history.ts';

/**
 * Reads a history, one operation a line, each complete before the next begins: `A w x1` (A writes version 1 of x),
 * `B r x1 y0` (B sees both), `A w x?` (with an unknown outcome), and `~2` at the end for an operation that is
 * complete only after the second of the lines that follow has begun.
 */
export function historyOf(text: string): Operation[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .map((line, invoked) => {
      const [client = '', kind, ...rest] = line.split(' ');
      const lasting = rest.find((word) => word.startsWith('~'))?.slice(1) ?? '0';
      const shown = rest.filter((word) => !word.startsWith('~')).map(keyVersion);
      const invocation = { client, pop: 'LHR', invoked, completed: invoked + Number(lasting) } as const;
      if (kind === 'r') return { kind: 'read', ...invocation, seen: shown.map(fromPrimary) };
      const [{ key, version } = { key: '', version: undefined }] = shown;
      return { kind: 'write', ...invocation, key, version };
    });
}

interface Shown {
  readonly key: string;
  readonly version: number | undefined;
}

const keyVersion = (word: string): Shown => ({
  key: word.slice(0, 1),
  version: word.endsWith('?') ? undefined : Number(word.slice(1)),
});

const fromPrimary = ({ key, version = 0 }: Shown) => ({ key, version, from: 'WEUR primary' });
