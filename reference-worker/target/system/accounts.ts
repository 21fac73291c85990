import type { HttpRequest, HttpResponse } from '../answer.ts';

/** What an account can be made with. */
export interface Hands {
  /** Sends a request to the Worker, as it is. */
  http(request: HttpRequest): Promise<HttpResponse>;
  /**
   * Runs one statement on the primary of a D1 database, on the local platform only.
   *
   * @param database its binding
   * @returns its rows
   */
  sql(
    database: string,
    statement: string,
    params?: readonly (string | number | null)[],
  ): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Puts a value into a KV namespace, on the local platform only. @param namespace its binding */
  kv(namespace: string, key: string, value: string): Promise<void>;
}

/** How an account comes to be. */
export interface AccountsPart {
  /**
   * Makes an account, or signs in to one that documents were seeded for: by a sign-up, by rows in a database, by a session in KV,
   * or not at all, where a signed token is enough.
   *
   * @param name unique in this run: a DNS label
   * @returns the token that its requests are identified with
   */
  open(name: string, hands: Hands): Promise<string>;
}
