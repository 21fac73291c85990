interface PlacesOfAnswer {
  readonly document?: string | undefined;
  readonly id: string;
  readonly version?: string | undefined;
  readonly body: string;
  readonly canary: string;
  readonly items: string;
  readonly parent?: string | undefined;
}

/** What k6 is to select from answers: paths of gjson, https://github.com/tidwall/gjson/blob/master/SYNTAX.md. */
export function pathsOf({ document: held = '', id, version, body, canary, items, parent }: PlacesOfAnswer) {
  const below = (place: string, path: string): string => (place === '' ? path : `${place}.${path}`);
  const named = (place: string): string =>
    `"id":${below(place, id)}${version === undefined ? '' : `,"version":${below(place, version)}`}`;
  const select = (place: string, shown?: string): string => {
    const field = (path: string): string => below(place, below(body, path));
    return `{${named(place)},"canary":${field(canary)}${shown === undefined ? '' : `,"shown":${field(shown)}`}}`;
  };
  return {
    /** @param shown a field that is looked at besides */
    document: (shown?: string): string => select(held, shown),
    items: (shown?: string): string => below(items, `#.${select('', shown)}`),
    receipt: `{${named(held)}}`,
    /** With its canary where the parent is shown whole: of what is not there gjson selects nothing. */
    mention: parent === undefined ? undefined : `${parent}.${canary === '' ? `{${named('')}}` : select('')}`,
  };
}
