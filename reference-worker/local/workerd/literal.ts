/** A Cap'n Proto text literal: C escapes, everything beyond ASCII as UTF-8. */
export const literal = (value: string): string => `"${value.replace(/["\\\p{Cc}]/gu, escapeCharacter)}"`;

const escapeCharacter = (character: string): string => {
  if (character === '\n') return '\\n';
  if (character === '"' || character === '\\') return `\\${character}`;
  return [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
};

/** A list whose elements each have a line of their own. */
export const listLiteral = (elements: readonly string[], indent: string): string =>
  elements.length === 0 ? '[]' : `[\n${elements.map((each) => `${indent}  ${each}`).join(',\n')}\n${indent}]`;

/** What a file of miniflare's simulators is called beside the configuration that embeds it, as in `r2-bucket.worker.js`. */
export const simulatorFile = (file: string): string => file.replaceAll('/', '-');
