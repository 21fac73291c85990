type Headers = Readonly<Record<string, string>>;

/** Shows who is asking by `Authorization: Bearer` (RFC 6750). */
export const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** Shows who is asking by a cookie of this name. */
export const cookie =
  (name: string) =>
  (token: string): Headers => ({ cookie: `${name}=${token}` });

/**
 * Shows who is asking by several values: `accounts.open` returns them in one token, with a blank between two of them. What proves
 * who it is comes last, because checks tamper with the end of a token.
 *
 * @param identify gets as many values as it takes; one that is missing is empty
 */
export const credentials =
  (identify: (...values: string[]) => Headers) =>
  (token: string): Headers => {
    const values = token.split(' ');
    return identify(...Array.from({ length: identify.length }, (_, at) => values[at] ?? ''));
  };
