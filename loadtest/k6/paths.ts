interface PlacesOfAnswer {
  readonly id: string;
  readonly version?: string | undefined;
  readonly body: string;
  readonly canary: string;
  readonly items: string;
  readonly parent?: string | undefined;
}

/** What k6 is to select from answers: paths of gjson, https://github.com/tidwall/gjson/blob/master/SYNTAX.md. */
export function pathsOf({ id, version, body, canary, items, parent }: PlacesOfAnswer) {
  const name = `"id":${id}${version === undefined ? '' : `,"version":${version}`}`;
  const field = (path: string): string => (body === '' ? path : `${body}.${path}`);
  const document = (shown?: string): string =>
    `{${name},"canary":${field(canary)}${shown === undefined ? '' : `,"shown":${field(shown)}`}}`;
  return {
    /** @param shown a field that is looked at besides */
    document,
    items: (shown?: string): string => `${items === '' ? '' : `${items}.`}#.${document(shown)}`,
    receipt: `{${name}}`,
    /** With its canary where the parent is shown whole: of what is not there gjson selects nothing. */
    mention: parent === undefined ? undefined : `${parent}.${canary === '' ? `{${name}}` : document()}`,
  };
}
