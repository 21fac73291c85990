import { describe, expect, test } from 'vitest';
import { POPS } from './topology.ts';
import { workerdConfig } from './workerd-config.ts';

const deployment = {
  bundle: 'a "quoted" \\ name\n.js',
  ports: new Map(POPS.map((pop, index) => [pop, 8_001 + index])),
  databases: [
    { binding: 'ACCOUNTS', port: 9_001 },
    { binding: 'SHARD_EU_1', port: 9_002 },
  ],
  kvPort: 9_003,
};
const bindingsIn = (config: string) =>
  [...config.matchAll(/\(name = "(\w+)", wrapped/g)].map(([, name]) => name);

describe('workerdConfig', () => {
  test('binds the databases it was given and no others, in each PoP', () => {
    const bindings = bindingsIn(workerdConfig(deployment));

    expect(bindings).toEqual(POPS.flatMap(() => ['ACCOUNTS', 'SHARD_EU_1']));
  });

  test('binds KV only where there is a port for it', () => {
    expect(workerdConfig(deployment)).toContain('kvNamespace');
    expect(workerdConfig({ ...deployment, kvPort: undefined })).not.toContain('CACHE');
  });

  test('opens one socket for each PoP, on 127.0.0.1 only', () => {
    const addresses = [...workerdConfig(deployment).matchAll(/address = "([^"]*)"/g)].map(
      ([, address]) => address,
    );

    expect(addresses).toEqual(expect.arrayContaining(['127.0.0.1:8001', '127.0.0.1:8002', '127.0.0.1:8003']));
    expect(addresses.every((address) => address?.startsWith('127.0.0.1:'))).toBe(true);
  });

  test('escapes what would end a text literal', () => {
    expect(workerdConfig(deployment)).toContain(String.raw`embed "a \"quoted\" \\ name\n.js"`);
  });
});
