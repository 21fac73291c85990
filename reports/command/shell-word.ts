/** As a shell reads it back: in quotes when it holds anything that a shell could take for itself. */
export const shellWord = (word: string): string => (/^[\w./:@=-]+$/.test(word) ? word : shellQuoted(word));

/** In single quotes, which no shell looks into. */
export const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
