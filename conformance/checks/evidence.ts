import type { Asked, Exchange } from '../../reference-worker/target/index.ts';

/** The smallest thing that shows a failure. */
export interface Witness {
  /** What happened and why it must not, in short sentences. */
  readonly sentences: readonly string[];
  /** In the order in which they were made; the last one shows the failure. */
  readonly exchanges: readonly Exchange[];
  /** Files that show more: a drawn timeline, a history for another checker. */
  readonly attachments?: readonly Attachment[];
  /** Options to add to the command that repeats the check, so that it goes straight to this witness. */
  readonly replay?: string;
}

export interface Attachment {
  /** As in `timeline.svg`. */
  readonly name: string;
  readonly text: string;
}

/** A statement that a check judged. */
export interface EvidenceStatement {
  readonly text: string;
  readonly holds: boolean;
  readonly witness?: Witness | undefined;
  /** Of a control that does not hold because of an answer that leaves no doubt: then it is the target that is at fault. */
  readonly isOfTarget?: boolean;
}

/**
 * What a check has found. A claim is what the check is there to prove. A control shows that the claim could have
 * failed: "B can read it" beside "A cannot" (rule of evidence 2). A check without both proves nothing.
 */
export class CheckEvidence {
  readonly #claims: EvidenceStatement[] = [];
  readonly #controls: EvidenceStatement[] = [];
  readonly #remarks: string[] = [];

  /** @param text as a sentence that is true when it holds */
  claim(text: string, holds: boolean, witness?: Witness | readonly Exchange[]): boolean {
    this.#claims.push({ text, holds, witness: holds ? undefined : asWitness(text, witness) });
    return holds;
  }

  control(text: string, holds: boolean, witness?: Witness | readonly Exchange[]): boolean {
    this.#controls.push({ text, holds, witness: holds ? undefined : asWitness(text, witness) });
    return holds;
  }

  /**
   * A control that is nothing but a request which the target has to serve: its owner reads a document, its own token is
   * accepted. Where it does not hold, what the target answered decides whose fault that is: see `isDefinite`.
   *
   * @param asked the last one is the request that had to be served
   */
  served(text: string, holds: boolean, asked: readonly Asked[]): boolean {
    const last = asked.at(-1);
    const isOfTarget = !holds && last !== undefined && isDefinite(last);
    this.#controls.push({ text, holds, witness: holds ? undefined : asWitness(text, asked), isOfTarget });
    return holds;
  }

  /** Something to know beside the verdict: the power of a test, what evidence cannot show. */
  remark(text: string): void {
    this.#remarks.push(text);
  }

  get claims(): readonly EvidenceStatement[] {
    return this.#claims;
  }

  get controls(): readonly EvidenceStatement[] {
    return this.#controls;
  }

  get remarks(): readonly string[] {
    return this.#remarks;
  }
}

function asWitness(text: string, witness: Witness | readonly Exchange[] | undefined): Witness {
  if (witness !== undefined && 'sentences' in witness) return witness;
  const exchanges = witness ?? [];
  const last = exchanges.at(-1);
  const answer = last
    ? `${last.request.method} ${last.request.path} as ${last.account} answered ${last.response.status}`
    : '';
  return { sentences: [`Expected: ${text}.`, ...(answer ? [`However, ${answer}.`] : [])], exchanges };
}

/**
 * Whether an answer to a request that must be served shows that it is not: it was refused, denied or done wrong. A failure
 * of the server, 429 (RFC 6585, section 4) and what cannot be read may be of the moment, or of what lies between.
 */
const isDefinite = ({ answer, response }: Asked): boolean =>
  answer.outcome !== 'unknown' && response.status < 500 && response.status !== 429;
