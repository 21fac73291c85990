/**
 * Headers by which frameworks, proxies and build tools mark requests of their own, with what they have been given. Sent from
 * outside each has made some framework leave out its checks, or answer otherwise what a cache then kept for everybody:
 * CVE-2025-29927, CVE-2024-46982, CVE-2025-49005, CVE-2026-44572, CVE-2025-43864 and CVE-2025-43865.
 */
export const INTERNAL_HEADERS: Readonly<Record<string, string>> = {
  'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
  'x-middleware-prefetch': '1',
  'x-now-route-matches': '1',
  'x-nextjs-data': '1',
  rsc: '1',
  'x-react-router-spa-mode': 'yes',
  'x-react-router-prerender-data': '[]',
  'x-internal-request': 'true',
  'cf-worker': 'example.com',
  // A field of answers, which a request has no use for (RFC 9110, section 12.5.5).
  vary: 'accept-encoding',
};
