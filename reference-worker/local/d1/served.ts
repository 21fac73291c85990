import { D1Failure } from '../faults/index.ts';
import type { Region } from '../latency/index.ts';
import type { Execution } from './connection.ts';
import { d1ErrorText } from './sqlite-errors.ts';

/** What an instance made of a request, and where it stood. */
export interface Served {
  /** An error is SQL's, and in D1's words. */
  readonly outcome: { readonly executions: readonly Execution[] } | { readonly error: string };
  readonly position: number;
  /** The replica's region; undefined for the primary. */
  readonly replica: Region | undefined;
  /** Modelled, of the whole request. */
  readonly serviceMs: number;
}

/** @throws D1Failure: the database did not serve the request, so there is no outcome of its SQL */
export function outcomeOf(execute: () => readonly Execution[]): Served['outcome'] {
  try {
    return { executions: execute() };
  } catch (error) {
    if (error instanceof D1Failure) throw error;
    return { error: d1ErrorText(error) };
  }
}
