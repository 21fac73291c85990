/** What a Worker may do one way or another and still be right, each with the ways that there are. */
export const CHOICES = {
  ids: ['client', 'server'],
  /** How a request shows whose it is. */
  credentials: ['bearer', 'cookie', 'header'],
  /** Where tokens are kept: nowhere, because they are signed, or in KV, which holds nothing else. */
  tokens: ['signed', 'kv'],
  /**
   * What carries a session's position: without one every statement goes to the primary (`none`), or to the nearest copy, so that
   * nobody is told when a write is seen (`nearest`).
   */
  position: ['header', 'cookie', 'none', 'nearest'],
  hosts: ['tenant', 'any'],
  versions: ['counted', 'seconds', 'none'],
  tags: ['strong', 'weak', 'none'],
  /** Whether If-Match and If-None-Match are taken notice of. */
  conditions: ['honoured', 'ignored'],
  /** What a write is answered with. */
  told: ['document', 'id', 'nothing'],
  puts: ['served', 'none'],
  /** What a PATCH of no document does: it is refused, or makes one (RFC 5789, section 2). */
  patches: ['absent', 'makes', 'none'],
  /** What a DELETE of no document is answered with: as for any that is not there, or as done (RFC 9110, section 9.3.5). */
  deletes: ['absent', 'done', 'none'],
  /** Whether the second resource, whose documents belong to the first, can be changed. */
  children: ['changed', 'kept'],
  batches: ['whole', 'each', 'none'],
  /** What a join of no parent shows. */
  joins: ['absent', 'empty', 'none'],
  /** `fixed`: pages whose length nobody can choose. */
  lists: ['pages', 'fixed', 'whole', 'none'],
  listed: ['whole', 'ids'],
  /** Whether a cursor is signed, together with the account and the list that it was made for. */
  cursors: ['plain', 'sealed'],
  searches: ['prefix', 'value'],
  orders: ['sorted', 'none'],
  absent: ['404', '410', 'null'],
  /** `stamped`: the server adds times to every document; `strict`: it keeps the members that it knows. */
  content: ['free', 'stamped', 'strict'],
  /** What the first indexed field may hold: any text, one of three words, or an address. */
  field: ['text', 'word', 'address'],
  errors: ['problems', 'plain'],
  /** Whether what was made is answered 201, with its place, or 200 as everything else. */
  statuses: ['exact', 'plain'],
  /** Whether answers may be kept by whom they were made for. */
  keeping: ['never', 'private'],
} as const;

export type Switches = { readonly [Name in keyof typeof CHOICES]: (typeof CHOICES)[Name][number] };

/** The nearest choice that can be had: some ways exclude others. */
export function fitting(drawn: Switches): Switches {
  // Who is told no id cannot ask for what the server has made; who is told nothing is told no version.
  const told = drawn.told === 'nothing' && drawn.ids === 'server' ? 'id' : drawn.told;
  return {
    ...drawn,
    told,
    versions: told === 'nothing' ? 'none' : drawn.versions,
    conditions: drawn.tags === 'none' ? 'ignored' : drawn.conditions,
    // 200 with nothing in it is no status for what is not there, and 410 none for what never was.
    statuses: drawn.absent === '404' ? drawn.statuses : 'plain',
  };
}
