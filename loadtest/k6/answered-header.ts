/** The name of a header as k6 gives it in an answer: as Go writes it (pkg.go.dev/net/http#CanonicalHeaderKey). */
export const answeredHeader = (header: string): string =>
  header.toLowerCase().replace(/(^|-)([a-z])/g, (_, start, letter) => start + letter.toUpperCase());
