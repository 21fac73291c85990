/**
 * Where an account of the test sits, seen from the subject:
 * - `subject`: whose guarantees are tested
 * - `neighbour`: on the same shard
 * - `elsewhere`: on another shard of the same deployment
 * - `dedicated`: on a deployment and a shard of its own
 */
export const ROLES = ['subject', 'neighbour', 'elsewhere', 'dedicated'] as const;
export type Role = (typeof ROLES)[number];

export interface TestAccount {
  readonly role: Role;
  readonly id: string;
  readonly token: string;
  /** Where its deployment answers, by PoP. */
  readonly urls: Readonly<Record<string, string>>;
}
