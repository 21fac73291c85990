/** What a test wants to know of, or do to, the way between the Worker and a real D1 database. */
export interface Meddling {
  /** Told the constraint or bookmark of each session. */
  readonly onSession?: (constraint: string | undefined) => void;
  /** Called before each trip; throwing is a lost request. */
  readonly before?: (trip: 'read' | 'write') => void;
  /** Called after each trip has done its work; throwing is a lost reply. */
  readonly after?: (trip: 'read' | 'write') => void;
}

/** The real database behind a path that can be watched and cut. Results are never made up. */
export function meddled(database: D1Database, meddling: Meddling): D1Database {
  const trip = async <Result>(kind: 'read' | 'write', run: () => Promise<Result>): Promise<Result> => {
    meddling.before?.(kind);
    const result = await run();
    meddling.after?.(kind);
    return result;
  };
  const statement = (real: D1PreparedStatement): D1PreparedStatement =>
    override(real, {
      bind: (...values: unknown[]) => statement(real.bind(...values)),
      all: () => trip('read', () => real.all()),
      first: () => trip('read', () => real.first()),
      real,
    });
  return override(database, {
    withSession: (constraint?: string) => {
      meddling.onSession?.(constraint);
      const session = database.withSession(constraint);
      return override(session, {
        prepare: (sql: string) => statement(session.prepare(sql)),
        batch: (statements: { real: D1PreparedStatement }[]) =>
          trip('write', () => session.batch(statements.map(({ real }) => real))),
        getBookmark: () => session.getBookmark(),
      });
    },
  });
}

const override = <Target extends object>(target: Target, methods: object): Target =>
  new Proxy(target, { get: (object, name) => Reflect.get(name in methods ? methods : object, name) });
