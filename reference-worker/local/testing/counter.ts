interface Bindings {
  readonly DB: {
    prepare(sql: string): {
      bind(...values: unknown[]): { run(): Promise<unknown> };
      first<Value>(column: string): Promise<Value | null>;
      run(): Promise<unknown>;
    };
  };
  readonly CACHE: { get(key: string): Promise<string | null> };
}

/**
 * Reads a number and writes it back increased, with nothing that would notice a write in between. `?lookups=n` makes
 * n short calls before, `?between` a call to KV before it writes.
 */
export default {
  async fetch(request: Request, { DB, CACHE }: Bindings): Promise<Response> {
    const { searchParams } = new URL(request.url);
    for (let left = Number(searchParams.get('lookups')); left > 0; left -= 1)
      await DB.prepare('SELECT 1').run();
    const n = (await DB.prepare('SELECT n FROM counter').first<number>('n')) ?? 0;
    if (searchParams.has('between')) await CACHE.get('settings');
    await DB.prepare('UPDATE counter SET n = ?')
      .bind(n + 1)
      .run();
    return new Response(null, { status: 204 });
  },
};
