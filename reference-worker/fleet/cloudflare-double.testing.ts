import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { buffer } from 'node:stream/consumers';
import { exportSql, splitStatements } from '../local/index.ts';

const ACCOUNT = 'account-of-a-test';

interface Answer {
  readonly status?: number;
  readonly result?: unknown;
  /** Instead of an envelope with a result. */
  readonly raw?: Buffer;
  readonly etag?: string;
}

const notFound = (code: number, message: string): Answer => ({ status: 404, result: { code, message } });

/**
 * The part of Cloudflare's API that wrangler and the fleet ask for databases, buckets and Workers, as far as wrangler shows it
 * (workers-sdk, packages/wrangler/src: d1, r2, deploy). It stands in for the service, on which no test may depend; wrangler is the real
 * one. What it does not know it answers with 404, and remembers.
 */
export class CloudflareDouble {
  readonly databases = new Map<string, { readonly name: string; readonly file: string }>();
  readonly buckets = new Map<string, Map<string, Buffer>>();
  /** By Worker: the names of what it is bound to, and its custom domains. */
  readonly workers = new Map<
    string,
    { bindings: readonly { type: string; name: string }[]; domains: string[] }
  >();
  readonly unknown: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'cloudflare-'));
  readonly #uploads = new Map<string, string>();
  readonly #server = createServer((request, response) => {
    this.#answer(request).then(
      ({ status = 200, result, raw, etag }) => {
        if (etag) response.setHeader('etag', `"${etag}"`);
        const errors = status < 400 ? [] : [result];
        const envelope = {
          success: status < 400,
          errors,
          messages: [],
          result: status < 400 ? result : null,
        };
        response.writeHead(status).end(raw ?? JSON.stringify(envelope));
      },
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  #origin = '';

  /** @returns what wrangler's environment needs */
  async start(): Promise<Readonly<Record<string, string>>> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (typeof address !== 'object' || !address) throw new TypeError('The server has no port.');
    this.#origin = `http://127.0.0.1:${address.port}`;
    return {
      CLOUDFLARE_API_BASE_URL: `${this.#origin}/client/v4`,
      CLOUDFLARE_API_TOKEN: 'token-of-a-test',
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#folder, { recursive: true });
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '', this.#origin);
    const body = await buffer(request);
    if (url.pathname.startsWith('/upload/')) {
      const etag = createHash('md5').update(body).digest('hex');
      this.#uploads.set(etag, body.toString());
      return { etag, result: {} };
    }
    if (url.pathname.startsWith('/download/'))
      return { raw: readFileSync(join(this.#folder, url.pathname.slice('/download/'.length))) };
    const path = url.pathname.replace(`/client/v4/accounts/${ACCOUNT}/`, '');
    const method = request.method ?? 'GET';
    const [area = '', kind = '', name = '', ...rest] = path.split('/').map(decodeURIComponent);
    const known =
      area === 'd1'
        ? this.#d1(method, name, rest[0], body, url)
        : area === 'r2'
          ? this.#r2(method, name, rest.slice(1).join('/'), rest[0], body)
          : area === 'workers' && kind === 'scripts'
            ? await this.#worker(method, name, rest.join('/'), body, request)
            : undefined;
    if (known) return known;
    if (area === 'workers' && kind === 'workers' && this.workers.has(name))
      return { result: { name, subdomain: { enabled: false, previews_enabled: false } } };
    this.unknown.push(`${method} ${path}`);
    return notFound(10_090, `There is no ${path}.`);
  }

  #d1(method: string, id: string, action: string | undefined, body: Buffer, url: URL): Answer | undefined {
    const shown = [...this.databases].map(([uuid, { name }]) => ({ uuid, name }));
    if (id === '' && method === 'GET') {
      const wanted = url.searchParams.get('name');
      return { result: shown.filter(({ name }) => wanted === null || name.includes(wanted)) };
    }
    if (id === '') {
      const { name } = JSON.parse(body.toString());
      const uuid = randomUUID();
      this.databases.set(uuid, { name, file: join(this.#folder, `${uuid}.sqlite`) });
      return { result: { uuid, name } };
    }
    const database = this.databases.get(id);
    if (!database) return notFound(7404, 'The database could not be found.');
    if (action === undefined && method === 'DELETE') {
      this.databases.delete(id);
      return { result: null };
    }
    if (action === undefined) return { result: shown.find(({ uuid }) => uuid === id) };
    const given = JSON.parse(body.toString());
    if (action === 'query') return queried(database.file, given.sql);
    if (action === 'export') {
      exportSql(database.file, join(this.#folder, `${id}.sql`));
      const result = { filename: `${id}.sql`, signed_url: `${this.#origin}/download/${id}.sql` };
      return { result: { success: true, messages: [], status: 'complete', at_bookmark: 'b', result } };
    }
    if (action !== 'import') return undefined;
    const begun = { success: true, messages: [] };
    if (given.action === 'init')
      return { result: { ...begun, upload_url: `${this.#origin}/upload/${id}`, filename: given.etag } };
    const error = queried(database.file, this.#uploads.get(given.etag) ?? '').result;
    if (!Array.isArray(error))
      return { result: { ...begun, status: 'error', errors: [Object(error).message] } };
    const meta = { duration: 1, rows_read: 0, rows_written: 1, size_after: 1 };
    return {
      result: { ...begun, status: 'complete', result: { num_queries: 1, final_bookmark: 'b', meta } },
    };
  }

  #r2(method: string, name: string, key: string, part: string | undefined, body: Buffer): Answer | undefined {
    if (name === '' && method === 'POST') {
      this.buckets.set(JSON.parse(body.toString()).name, new Map());
      return { result: {} };
    }
    const bucket = this.buckets.get(name);
    if (!bucket) return notFound(10_006, 'The specified bucket does not exist.');
    if (part === undefined && method === 'DELETE') {
      if (bucket.size > 0)
        return { status: 409, result: { code: 10_008, message: 'The bucket is not empty.' } };
      this.buckets.delete(name);
      return { result: {} };
    }
    if (part === undefined) return { result: { name } };
    if (part === 'objects' && key === '')
      return { result: [...bucket.keys()].map((each) => ({ key: each })) };
    if (method === 'PUT') bucket.set(key, body);
    if (method === 'DELETE') bucket.delete(key);
    const stored = bucket.get(key);
    if (method !== 'GET') return { result: {} };
    return stored ? { raw: stored } : notFound(10_007, 'The specified key does not exist.');
  }

  async #worker(
    method: string,
    name: string,
    part: string,
    body: Buffer,
    request: IncomingMessage,
  ): Promise<Answer | undefined> {
    const worker = this.workers.get(name);
    const isUpload = (method === 'PUT' && part === '') || (method === 'POST' && part === 'versions');
    if (isUpload) {
      const form = await new Response(new Uint8Array(body), {
        headers: { 'content-type': request.headers['content-type'] ?? '' },
      }).formData();
      const { bindings } = JSON.parse(String(form.get('metadata')));
      // Secrets that are not named again stay as they are.
      const kept = (worker?.bindings ?? []).filter(({ type }) => type === 'secret_text');
      const names = new Set(bindings.map((each: { name: string }) => each.name));
      this.workers.set(name, {
        domains: worker?.domains ?? [],
        bindings: [...bindings, ...kept.filter((each) => !names.has(each.name))],
      });
      const id = randomUUID();
      return {
        result: {
          id,
          etag: 'e',
          deployment_id: id,
          startup_time_ms: 1,
          resources: { script: { etag: 'e' } },
        },
      };
    }
    if (!worker) return notFound(10_007, 'This Worker does not exist on your account.');
    if (method === 'DELETE' && part === '') {
      this.workers.delete(name);
      return { result: null };
    }
    if (part === 'domains/records') {
      worker.domains = JSON.parse(body.toString()).origins.map((each: { hostname: string }) => each.hostname);
      return { result: {} };
    }
    if (part.startsWith('domains/changeset'))
      return { result: { added: [], removed: [], updated: [], conflicting: [] } };
    if (part === 'subdomain') return { result: { enabled: false, previews_enabled: false } };
    if (part === 'deployments') return { result: { deployments: [] } };
    if (['settings', 'script-settings'].includes(part))
      return { result: { bindings: worker.bindings, tags: [] } };
    return undefined;
  }
}

/** All statements of a request are one transaction. */
function queried(file: string, sql: string): Answer {
  const database = new DatabaseSync(file);
  try {
    database.exec('BEGIN');
    const results = splitStatements(sql)
      .filter(({ isEmpty }) => !isEmpty)
      .map(({ text }) => ({
        success: true,
        results: database.prepare(text).all(),
        meta: { duration: 1, changes: 0, rows_read: 0, rows_written: 0 },
      }));
    database.exec('COMMIT');
    return { result: results };
  } catch (error) {
    return {
      status: 400,
      result: { code: 7500, message: error instanceof Error ? error.message : String(error) },
    };
  } finally {
    database.close();
  }
}
