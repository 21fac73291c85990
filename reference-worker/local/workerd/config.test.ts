import { describe, expect, test } from 'vitest';
import { POPS } from '../pops.ts';
import { controlSocket, type DeploymentConfig, workerdConfig } from './config.ts';
import type { ScriptConfig } from './script.ts';

const script: ScriptConfig = {
  name: 'main',
  bundle: { file: 'a "quoted" \\ name\n.js', format: 'modules', assets: [] },
  compatibility: { date: '2026-10-20', flags: [] },
  databases: [
    { binding: 'ACCOUNTS', port: 9_001 },
    { binding: 'SHARD_EU_1', port: 9_002 },
  ],
  namespaces: [
    { binding: 'CACHE', port: 9_003 },
    { binding: 'FLAGS', port: 9_004 },
  ],
  buckets: [],
  rateLimits: [],
  assets: undefined,
  vars: { BASE_DOMAIN: 'localhost', LIMITS: { items: 1 } },
  secrets: { JWT_SECRET: 'JWT' },
  services: [],
  objects: [],
  classes: [],
  workersCache: false,
  hasCrons: false,
};
const deployment: DeploymentConfig = {
  name: 'worker',
  seed: 1,
  plan: 'paid',
  isolatesPerPop: 2,
  coldStarts: {},
  ports: new Map(POPS.map((pop, index) => [pop, 8_001 + index])),
  cachePort: 9_005,
  limitsPort: 9_006,
  scripts: [script],
  objectsDir: '/objects',
};
const bindingsIn = (config: string, kind: string) =>
  [...config.matchAll(new RegExp(`\\(name = "(\\w+)", ${kind} = `, 'g'))].map(([, name]) => name);

describe('workerdConfig', () => {
  test.each([
    ['wrapped', ['ACCOUNTS', 'SHARD_EU_1']],
    ['kvNamespace', ['CACHE', 'FLAGS']],
    ['text', ['BASE_DOMAIN']],
    ['json', ['LIMITS']],
    ['fromEnvironment', ['JWT_SECRET']],
  ])('binds what it was given and nothing else, in each PoP: %s', (kind, names) => {
    const config = workerdConfig(deployment);
    const none = workerdConfig({
      ...deployment,
      scripts: [{ ...script, databases: [], namespaces: [], vars: {}, secrets: {} }],
    });

    expect(bindingsIn(config, kind)).toEqual(POPS.flatMap(() => names));
    expect(bindingsIn(none, kind)).toEqual([]);
  });

  test.each(POPS)('points the bindings of %s at their ports, and says where a call comes from', (pop) => {
    const config = workerdConfig(deployment);

    for (const { binding, port } of [...script.databases, ...script.namespaces]) {
      const name = `backend-${pop}-main-${binding}`;
      const header = `injectRequestHeaders = [(name = "x-pop", value = "${pop}")]`;
      expect(config).toMatch(new RegExp(`"${binding}", (wrapped.*service|kvNamespace) = "${name}"`));
      expect(config).toContain(
        `(name = "${name}", external = (address = "127.0.0.1:${port}", http = (${header})))`,
      );
    }
  });

  test('opens two sockets for each PoP, on 127.0.0.1 only', () => {
    const config = workerdConfig(deployment);

    const sockets = [...config.matchAll(/\(name = "([\w-]+)", address = "([^"]*)", service = (.*)\)/g)];
    expect(sockets.map(([, name, address]) => [name, address])).toEqual([
      ['LHR', '127.0.0.1:8001'],
      ['control-LHR', '127.0.0.1:0'],
      ['MAN', '127.0.0.1:8002'],
      ['control-MAN', '127.0.0.1:0'],
      ['EDI', '127.0.0.1:8003'],
      ['control-EDI', '127.0.0.1:0'],
    ]);
    expect(config.match(/address = "(?!127\.0\.0\.1:)/)).toBeNull();
  });

  test('calls the control socket of a PoP by its name', () => {
    expect(POPS.map((pop) => controlSocket(pop))).toEqual(['control-LHR', 'control-MAN', 'control-EDI']);
  });

  test('escapes what would end a text literal', () => {
    expect(workerdConfig(deployment)).toContain(String.raw`embed "a \"quoted\" \\ name\n.js"`);
  });
});
