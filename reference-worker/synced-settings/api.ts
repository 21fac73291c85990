import type { Upstream, UpstreamReply } from '../local/index.ts';

/** What stands in for the upstream: settings of zones, each with a version of its own, and a token for each zone. */

interface Setting {
  readonly id: string;
  readonly value: string;
  readonly version: number;
}

const TOGGLES = 50;

/** What the Worker seals tokens with here. */
export const SEAL_SECRET = 'secret that seals the tokens of a test';

export const zoneOf = (customer: string): string => `zone-of-${customer}`;
export const tokenOf = (zone: string): string => `token-of-${zone}`;
/** Where a setting of a zone is, or all of them. */
export const pathOf = (zone: string, id?: string): string =>
  `/zones/${encodeURIComponent(zone)}/settings${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;

const fresh = (): Map<string, Setting> =>
  new Map(
    Array.from({ length: TOGGLES }, (_, at) => {
      const id = `toggle-${String(at + 1).padStart(2, '0')}`;
      return [id, { id, value: 'off', version: 1 }] as const;
    }),
  );

const failure = (status: number, error: string): UpstreamReply => ({ status, body: { error } });

/** @returns an upstream in which every zone has 50 settings that are off */
export default function settingsApi(): Upstream {
  const zones = new Map<string, Map<string, Setting>>();
  return ({ method, path, authorization, body }) => {
    const [, zone, id] =
      /^\/zones\/([^/]+)\/settings(?:\/([^/]+))?$/.exec(path)?.map(decodeURIComponent) ?? [];
    if (!zone) return failure(404, 'no such path');
    // Its owner comes without a token, and by another way.
    if (authorization !== undefined && authorization !== `Bearer ${tokenOf(zone)}`)
      return failure(403, 'this token is not for this zone');
    const settings = zones.get(zone) ?? fresh();
    zones.set(zone, settings);
    if (id === undefined || id === 'undefined')
      return { status: 200, body: { result: [...settings.values()] } };
    if (method === 'PUT') {
      const { value }: { value: string } = JSON.parse(body);
      settings.set(id, { id, value, version: (settings.get(id)?.version ?? 0) + 1 });
    }
    const result = settings.get(id);
    return result ? { status: 200, body: { result } } : failure(404, 'no such setting');
  };
}
