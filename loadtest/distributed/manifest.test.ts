import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { scenarios } from '../testing/scenarios.ts';
import { bundleRunner } from './bundle-runner.ts';
import { CONFIG_MAP_MAX_BYTES, IMAGES, manifestOf } from './manifest.ts';

/**
 * What the operator takes of a TestRun, as far as it is used here: config/crd/bases/k6.io_testruns.yaml of grafana/k6-operator
 * v1.6.0, restated. An API server drops a field that the schema does not have without a word (structural schemas), so that each
 * one must be there.
 */
const text = { type: 'string' };
const texts = { type: 'array', items: text };
const whole = { type: 'integer' };
const flag = { type: 'boolean' };
const exactly = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required: [...required],
});
const anyText = { type: 'object', additionalProperties: text };
const mounts = {
  type: 'array',
  items: exactly({ name: text, mountPath: text, readOnly: flag, subPath: text }, ['name', 'mountPath']),
};
const selector = exactly({ matchLabels: anyText });
const POD = exactly({
  disabled: flag,
  image: text,
  automountServiceAccountToken: text,
  metadata: exactly({ labels: anyText, annotations: anyText }),
  securityContext: exactly({ runAsNonRoot: flag, runAsUser: whole, runAsGroup: whole, fsGroup: whole }),
  affinity: exactly({
    podAntiAffinity: exactly({
      requiredDuringSchedulingIgnoredDuringExecution: {
        type: 'array',
        items: exactly({ topologyKey: text, labelSelector: selector }, ['topologyKey']),
      },
    }),
  }),
  initContainers: {
    type: 'array',
    items: exactly({ name: text, image: text, command: texts, args: texts, volumeMounts: mounts }),
  },
  env: {
    type: 'array',
    items: exactly(
      {
        name: text,
        value: text,
        valueFrom: exactly({ secretKeyRef: exactly({ name: text, key: text }, ['key']) }),
      },
      ['name'],
    ),
  },
  resources: exactly({
    requests: { type: 'object', additionalProperties: { type: ['string', 'integer'] } },
    limits: { type: 'object', additionalProperties: { type: ['string', 'integer'] } },
  }),
  volumeMounts: mounts,
  volumes: {
    type: 'array',
    items: exactly(
      { name: text, configMap: exactly({ name: text, defaultMode: whole }), emptyDir: exactly({}) },
      ['name'],
    ),
  },
});
const TEST_RUN = exactly(
  {
    parallelism: whole,
    script: exactly({ configMap: exactly({ name: text, file: text }, ['name']) }),
    arguments: text,
    initializer: POD,
    starter: POD,
    runner: POD,
  },
  ['parallelism', 'script'],
);

const load = {
  ...{ folder: '/load', system: 'shared-shards', account: 'acme', target: 'https://acme.example.com' },
  ...{
    scenario: scenarios.steady,
    id: '5e1f00d5-0000-4000-8000-000000000000',
    tags: {},
    script: '',
    planFile: '',
    sha256: '',
  },
};
const rendered = (secret: string | undefined = 'shardproof') =>
  manifestOf({
    ...{ load, runners: 4, startAtMs: 1_800_000_000_000, namespace: 'tests', secret },
    files: { 'load.json': '{}', 'plan.json': '{}', 'journey.js': '' },
    runner: 'the runner',
  });
const testRuns = (secret?: string) => rendered(secret).items.filter(({ kind }) => kind === 'TestRun');

describe('what the cluster is told', () => {
  test('has only fields that the operator has', () => {
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(TEST_RUN);

    for (const { apiVersion, spec } of testRuns()) {
      expect(apiVersion).toBe('k6.io/v1alpha1');
      expect([validate(spec), validate.errors]).toEqual([true, null]);
    }
    expect(validate({ ...testRuns()[0]?.spec, parallelsim: 2 })).toBe(false);
  });

  test('is one TestRun for each part, which the operator splits no further, and all of which begin at one time', () => {
    const runs = testRuns().map(({ spec }) => JSON.stringify(spec));

    expect(runs).toHaveLength(4);
    for (const [index, run] of runs.entries()) {
      expect(run).toContain('"parallelism":1');
      expect(run).toContain(`{"name":"SEGMENT","value":"${index + 1}/4"}`);
      expect(run).toContain('{"name":"START_AT_MS","value":"1800000000000"}');
    }
  });

  test('keeps the secret out of everything but the environment of the runner', () => {
    const all = JSON.stringify(rendered());

    expect(all.match(/secretKeyRef/g)).toHaveLength(4);
    for (const { spec } of testRuns())
      expect(spec).toMatchObject({ initializer: { disabled: true }, starter: { image: IMAGES.starter } });
    expect(JSON.stringify(testRuns(''))).toContain('"name":""');
    expect(
      JSON.stringify(
        manifestOf({
          ...{ load, runners: 1, startAtMs: 0, namespace: 'n', secret: undefined },
          files: {},
          runner: '',
        }),
      ),
    ).not.toContain('JWT_SECRET');
  });

  test('pins every image, and limits no processor time', () => {
    for (const image of Object.values(IMAGES)) expect(image).toMatch(/:(v?\d|.*-v\d)/);
    expect(JSON.stringify(testRuns())).not.toMatch(/"limits":\{[^}]*cpu/);
  });

  test('puts names into DNS labels that are the same for all of a run', () => {
    const names = rendered().items.map(({ metadata }) => metadata.name);

    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^shardproof-5e1f00d5-[a-z0-9-]{1,10}$/);
  });
});

test('the runner is one file that a ConfigMap holds, and brings what it needs', async () => {
  const runner = await bundleRunner();

  expect(Buffer.byteLength(runner)).toBeLessThan(0.75 * CONFIG_MAP_MAX_BYTES);
  const needed = [...runner.matchAll(/(?:from|import)\s*["']([^"'.][^"']*)["']/g)].map(([, name]) => name);
  expect(needed.filter((name) => !name?.startsWith('node:') && !/^[a-z_/]+$/.test(name ?? ''))).toEqual([]);
});
