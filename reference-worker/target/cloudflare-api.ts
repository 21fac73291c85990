import { z } from 'zod';
import { errorsOf } from '../../reports/command/errors/index.ts';

/** What Cloudflare's API refuses for good, and what may be asked again. */
export const CloudflareError = errorsOf('CloudflareError', {
  no_credentials: 'refused',
  cloudflare_refused: 'refused',
  cloudflare_failed: 'unknown',
});
export type CloudflareError = InstanceType<typeof CloudflareError>;

/** Of a token that may not, or of something that is not there: to ask again changes nothing. */
const FOR_GOOD: readonly number[] = [400, 401, 403, 404, 409];

const Reply = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.number(), message: z.string() })).default([]),
  result: z.unknown(),
  result_info: z.object({ cursor: z.string().optional() }).nullish(),
});

export interface CloudflareReply {
  readonly result: unknown;
  /** Of the next page of a list; undefined: there is none. */
  readonly cursor: string | undefined;
}

/** Cloudflare's API in one Cloudflare account, with the credentials that wrangler takes from the environment too. */
export class CloudflareApi {
  readonly #base: string;
  readonly #token: string;

  /** @throws CloudflareError `no_credentials` */
  constructor(env: Readonly<Record<string, string | undefined>>) {
    const { CLOUDFLARE_ACCOUNT_ID: account, CLOUDFLARE_API_TOKEN: token } = env;
    if (!account || !token)
      throw new CloudflareError(
        'no_credentials',
        'CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN must be in the environment (developers.cloudflare.com/workers/wrangler/system-environment-variables).',
      );
    this.#base = `${env.CLOUDFLARE_API_BASE_URL ?? 'https://api.cloudflare.com/client/v4'}/accounts/${account}`;
    this.#token = token;
  }

  /**
   * @param path below the Cloudflare account @param body sent as JSON
   * @throws CloudflareError `cloudflare_refused` with Cloudflare's words, `cloudflare_failed`; fetch's error where no answer came
   */
  async ask(method: string, path: string, body?: unknown): Promise<CloudflareReply> {
    const response = await fetch(`${this.#base}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    const reply = Reply.safeParse(parsed(text)).data;
    if (reply?.success) return { result: reply.result, cursor: reply.result_info?.cursor };
    const said = reply?.errors.map(({ code, message }) => `${message} [code: ${code}]`).join('; ');
    throw new CloudflareError(
      FOR_GOOD.includes(response.status) ? 'cloudflare_refused' : 'cloudflare_failed',
      `Cloudflare answered ${response.status} to ${method} ${path}: ${said ?? text.slice(0, 200)}.`,
    );
  }

  /** The same where what is asked for may not be there. @returns undefined then */
  async askIfThere(method: string, path: string): Promise<CloudflareReply | undefined> {
    try {
      return await this.ask(method, path);
    } catch (error) {
      if (error instanceof CloudflareError && / answered 404 /.test(error.message)) return undefined;
      throw error;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
