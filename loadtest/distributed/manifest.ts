import type { PreparedLoad } from './load-folder.ts';

/**
 * What the cluster is told. It is JSON, which kubectl reads as it reads YAML.
 *
 * The containers need no image of their own: Node's with one bundled file, and k6 copied from its image.
 */

export interface ClusterRun {
  readonly load: PreparedLoad;
  /** The load's files by name (LOAD_FILES). */
  readonly files: Readonly<Record<string, string>>;
  /** The bundled runner. */
  readonly runner: string;
  readonly runners: number;
  readonly startAtMs: number;
  readonly namespace: string;
  /** A Secret of the namespace whose key `jwt-secret` users sign their tokens with; undefined: they have tokens. */
  readonly secret: string | undefined;
}

/** Exact versions: a run that is repeated is the same one. */
export const IMAGES = {
  node: 'node:24.21.0-slim',
  k6: 'grafana/k6:2.2.0',
  starter: 'ghcr.io/grafana/k6-operator:starter-v1.6.0',
} as const;

const LOAD_FOLDER = '/test';
const RUNNER_FOLDER = '/shardproof';
const K6_FOLDER = '/k6';
/** An etcd object, and with it a ConfigMap, holds a mebibyte (kubernetes.io/docs/concepts/configuration/configmap). */
export const CONFIG_MAP_MAX_BYTES = 1_048_576;
const EXECUTABLE = 0o755;
/** The user `k6` of k6's image; Node's image has one of its own, 1000. */
const USER = 1000;
const MEBIBYTE = 2 ** 20;
/** As one process of k6 carries 4,000 users in 1.2 GB, and the runner beside it reads its samples. */
const [BASE_BYTES, USER_BYTES] = [400 * MEBIBYTE, 320_000];

/** The name that everything of a run begins with: a DNS label (RFC 1123). */
export const runName = ({ id }: PreparedLoad): string => `shardproof-${id.slice(0, 8)}`;

export interface KubernetesList {
  readonly apiVersion: 'v1';
  readonly kind: 'List';
  readonly items: readonly KubernetesObject[];
}

/** Everything that a run puts into a cluster, as one list. */
export const manifestOf = (run: ClusterRun): KubernetesList => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    configMap(run, 'load', run.files),
    configMap(run, 'runner', {
      'runner.mjs': run.runner,
      k6: `#!/bin/sh\nexec node ${RUNNER_FOLDER}/runner.mjs "$@"\n`,
    }),
    ...Array.from({ length: run.runners }, (_, index) => testRun(run, index)),
  ],
});

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec?: object;
  readonly data?: Readonly<Record<string, string>>;
}

const labelsOf = ({ load }: ClusterRun) => ({ 'shardproof-run': runName(load) });

const configMap = (
  run: ClusterRun,
  what: string,
  data: Readonly<Record<string, string>>,
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `${runName(run.load)}-${what}`, namespace: run.namespace, labels: labelsOf(run) },
  data,
});

/**
 * One part of the load, as a TestRun of its own with `parallelism: 1`: the operator then adds no segment flags, and a part can be
 * given another region. `separate` would act on every TestRun of the namespace; this keeps the parts of one run apart alone.
 */
function testRun(run: ClusterRun, index: number): KubernetesObject {
  const { load, runners, namespace, startAtMs, secret } = run;
  const name = runName(load);
  const bytes = BASE_BYTES + (USER_BYTES * load.scenario.virtualUsers) / runners;
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: { name: `${name}-${index + 1}`, namespace, labels: labelsOf(run) },
    spec: {
      parallelism: 1,
      script: { configMap: { name: `${name}-load`, file: 'journey.js' } },
      // It would write the environment, and with it the secret, into an archive (k6 archive), for a look at the script's options.
      initializer: { disabled: true },
      starter: { image: IMAGES.starter },
      runner: {
        image: IMAGES.node,
        metadata: { labels: labelsOf(run) },
        automountServiceAccountToken: 'false',
        securityContext: { runAsNonRoot: true, runAsUser: USER, runAsGroup: USER, fsGroup: USER },
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labelsOf(run) } },
            ],
          },
        },
        initContainers: [
          {
            name: 'k6',
            image: IMAGES.k6,
            command: ['cp', '/usr/bin/k6', `${K6_FOLDER}/k6`],
            volumeMounts: [{ name: 'k6', mountPath: K6_FOLDER }],
          },
        ],
        env: [
          // The operator starts a command called k6: the first one on the path is the runner.
          {
            name: 'PATH',
            value: `${RUNNER_FOLDER}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
          },
          { name: 'K6_BIN', value: `${K6_FOLDER}/k6` },
          { name: 'LOAD', value: LOAD_FOLDER },
          { name: 'SEGMENT', value: `${index + 1}/${runners}` },
          { name: 'START_AT_MS', value: String(startAtMs) },
          ...(secret === undefined
            ? []
            : [{ name: 'JWT_SECRET', valueFrom: { secretKeyRef: { name: secret, key: 'jwt-secret' } } }]),
        ],
        // No limit of processor time: throttled, a generator would measure its own pauses.
        resources: {
          requests: { cpu: '1', memory: `${Math.ceil(bytes / MEBIBYTE)}Mi` },
          limits: { memory: `${Math.ceil((1.5 * bytes) / MEBIBYTE)}Mi` },
        },
        volumeMounts: [
          { name: 'runner', mountPath: RUNNER_FOLDER },
          { name: 'k6', mountPath: K6_FOLDER },
        ],
        volumes: [
          { name: 'runner', configMap: { name: `${name}-runner`, defaultMode: EXECUTABLE } },
          { name: 'k6', emptyDir: {} },
        ],
      },
    },
  };
}
