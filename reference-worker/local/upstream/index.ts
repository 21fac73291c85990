/** The APIs that Workers call: with a call budget, latency, faults and the platform's clock. */
export type { MakeUpstream, Upstream, UpstreamReply, UpstreamRequest } from './handler.ts';
export { UpstreamSpec, upstreamPart } from './part.ts';
export type { UpstreamApi, UpstreamCall } from './upstream-api.ts';
