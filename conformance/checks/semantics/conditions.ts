/** The value of If-Match or If-None-Match, and what it means to a document that is there. */
export interface TagCondition {
  readonly value: string;
  /** Whether If-Match with it is true: strong comparison (RFC 9110, sections 8.8.3.2 and 13.1.1). */
  readonly ifMatch: boolean;
  /** Whether If-None-Match with it is true: weak comparison (section 13.1.2). */
  readonly ifNoneMatch: boolean;
  readonly isList: boolean;
  /** It is no list of entity tags (section 8.8.3); a server may say so. */
  readonly isMalformed: boolean;
}

/** @param etag the current one, strong */
export function conditionsOn(etag: string): readonly TagCondition[] {
  const tag = etag.slice(1, -1);
  const [shorter, rest] = [tag.slice(0, -1), tag.slice(1)];
  const alike = [`"${tag}0"`, `"0${tag}"`, `"0,${tag}"`, `"W/${tag}"`, '"*"', '""'];
  const parts = [shorter, rest].filter((part) => part !== '').map((part) => `"${part}"`);
  return [
    condition('*', true),
    condition(etag, true),
    { ...condition(`"0", ${etag}`, true), isList: true },
    { ...condition(`${etag},"0"`, true), isList: true },
    { ...condition(`"0", "1"`, false), isList: true },
    { ...condition(`W/${etag}`, false), ifNoneMatch: false },
    ...[...parts, ...alike].map((value) => condition(value, false)),
    ...[tag, `"${tag}`, `w/${etag}`].map((value) => ({ ...condition(value, false), isMalformed: true })),
  ];
}

const condition = (value: string, isMatch: boolean): TagCondition => ({
  value,
  ifMatch: isMatch,
  ifNoneMatch: !isMatch,
  isList: false,
  isMalformed: false,
});

/** One tag, or `*`: whoever takes the header at all takes these. */
export const mustBeDone = (header: 'if-match' | 'if-none-match', { isList }: TagCondition): boolean =>
  header === 'if-match' && !isList;
