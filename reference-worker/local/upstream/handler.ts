/** What is asked of an upstream. */
export interface UpstreamRequest {
  readonly method: string;
  /** With its search. */
  readonly path: string;
  /** The header of that name: whose token it is. */
  readonly authorization?: string | undefined;
  /** Empty where there is none. */
  readonly body: string;
}

export interface UpstreamReply {
  readonly status: number;
  /** Sent as JSON. */
  readonly body: unknown;
}

/**
 * An API that Workers call and that holds what they copy: a system brings it, as a function that answers at once from what it keeps
 * in memory. Time, the call budget and everything that goes wrong on the way are the platform's.
 */
export type Upstream = (request: UpstreamRequest) => UpstreamReply;

/** Makes an upstream in its first state; each that it makes has a state of its own. What its module exports by default. */
export type MakeUpstream = () => Upstream;

/** Those that change nothing (RFC 9110, section 9.2.1). */
export const accessOf = ({ method }: UpstreamRequest): 'read' | 'write' =>
  method === 'GET' || method === 'HEAD' ? 'read' : 'write';
