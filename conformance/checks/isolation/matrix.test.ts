import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { system } from '../../../reference-worker/shared-shards/system.ts';
import { type Cell, cellsOf, PLACEMENTS, routesOf, shareOf } from './cells.ts';
import { matrixOf, VECTORS } from './matrix.ts';

const WORKER = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  'reference-worker',
  'shared-shards',
  'src',
  'index.ts',
);
const App = z.object({
  default: z.object({ routes: z.array(z.object({ method: z.string(), path: z.string() })) }),
});

const NO_ROUTE = { method: '', path: '' };

/** As `GET /v1/:/:`: what a parameter is called does not matter. */
const patternOf = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path.replace(/:\w+/g, ':')}`;

/** The routes that the Worker has registered; middleware is registered for all methods. */
async function workerRoutes(): Promise<readonly string[]> {
  // By its path: the Worker is data here, and the harness depends on none of its code.
  const { default: app } = App.parse(await import(WORKER));
  return app.routes.filter(({ method }) => method !== 'ALL').map(patternOf);
}

describe('the matrix', () => {
  const matrix = matrixOf(system);

  test('has cells for every route of the reference Worker, in every placement', async () => {
    const covered = new Map(
      routesOf(system).map((kind) => {
        const counts = matrix.rows.map(({ placements }) => placements[kind] ?? 0);
        return [patternOf(system.routes[kind] ?? NO_ROUTE), Math.max(...counts)];
      }),
    );

    const routes = await workerRoutes();

    expect(routes.length).toBeGreaterThan(5);
    expect(routes.filter((route) => covered.get(route) !== PLACEMENTS.length)).toEqual([]);
  });

  test('sees a route that has none', async () => {
    const covered = routesOf(system)
      .filter((kind) => kind !== 'join')
      .map((kind) => patternOf(system.routes[kind] ?? NO_ROUTE));

    const missing = (await workerRoutes()).filter((route) => !covered.includes(route));

    expect(missing).toEqual(['GET /v1/clients/:/finances']);
  });

  test('has the cells that its rows count', () => {
    const counts = matrix.rows.flatMap(({ placements }) => Object.values(placements));

    expect(matrix.cells).toBe(counts.reduce((sum, count) => sum + count, 0));
    expect(matrix.cells).toBeGreaterThan(350);
    expect(new Set(matrix.rows.map(({ vector }) => vector)).size).toBe(VECTORS.length);
  });

  test('gives every vector a cell, and every omission a reason', () => {
    const empty = matrix.rows.filter(
      ({ placements }) => !Object.values(placements).some((count) => count > 0),
    );
    const reasons = VECTORS.flatMap(({ leavesOut }) => leavesOut.map(({ because }) => because));

    expect(empty).toEqual([]);
    expect(reasons.filter((because) => because.length < 10)).toEqual([]);
  });

  test('has cells for a route as soon as the system has it', () => {
    const few = cellsOf([], { routes: { read: system.routes.read ?? NO_ROUTE } }, PLACEMENTS);
    const all = cellsOf([{ routes: ['list'], because: 'as an example' }], system, ['neighbour']);

    expect(few.map(({ placement }) => placement)).toEqual(PLACEMENTS);
    expect(all.map(({ route }) => route)).toEqual(routesOf(system).filter((route) => route !== 'list'));
  });
});

test('shares of cases: the cells of a route together try all of them, and so do those of a placement', () => {
  const cells = cellsOf([], system, PLACEMENTS);
  const tried = (cases: readonly number[], some: readonly Cell[], turn: number): number =>
    new Set(some.flatMap((cell) => shareOf(cases, cell, cells, turn))).size;

  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.nat(10), (count, turn) => {
      const cases = Array.from({ length: count }, (_, index) => index);
      for (const { route, placement } of cells) {
        expect(
          tried(
            cases,
            cells.filter((cell) => cell.route === route),
            turn,
          ),
        ).toBe(count);
        expect(
          tried(
            cases,
            cells.filter((cell) => cell.placement === placement),
            turn,
          ),
        ).toBe(count);
      }
      // One case, as three, is for every cell: a cell without a case would judge nothing.
      for (const cell of cells) expect(shareOf(cases, cell, cells, turn).length > 0).toBe(count > 0);
    }),
  );
});
