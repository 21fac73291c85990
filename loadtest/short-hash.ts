import { createHash } from 'node:crypto';

/** @returns twelve digits, equal when and only when the JSON of both values is */
export const shortHash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12);
