import type { CheckResult, ConformanceExchange } from '../schema/index.ts';

/** More of a body than this is in result.json only. */
const BODY_EXCERPT_LENGTH = 300;

/** What shows a failure, line by line: sentences, requests with their responses, files. */
export function witnessLines({ broken }: Pick<CheckResult, 'broken'>): string[] {
  const [first, ...others] = broken;
  if (!first) return [];
  const { sentences = [], exchanges = [], files = [] } = first.witness ?? {};
  return [
    ...sentences,
    ...exchanges.flatMap((exchange) => [exchange.curl, `  ${responseLine(exchange)}`]),
    ...files.map((file) => `See ${file}`),
    ...(others.length > 0
      ? [`And ${others.length} more: ${others[0]?.text}${others.length > 1 ? '; ...' : ''}`]
      : []),
  ];
}

export function responseLine({ account, status, body }: ConformanceExchange): string {
  const excerpt = body.length > BODY_EXCERPT_LENGTH ? `${body.slice(0, BODY_EXCERPT_LENGTH)}...` : body;
  return `-> ${account} got ${status} ${excerpt}`.trimEnd();
}
