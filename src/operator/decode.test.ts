import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DecodeError } from '../kube/index.ts';
import { aDeployment, aPod, directArgs, type DeploymentShape, type PodShape } from './builder.test-support.ts';
import { decodeDeployment, decodePod, type RolloutProgress, type SeenPod } from './decode.ts';

const condition = (type: string, status: string) => ({ conditions: [{ type, status }] });

const noPlace = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'Unschedulable',
  message: "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.",
};
const pods: Readonly<Record<string, { shape: PodShape; want: Partial<SeenPod> }>> = {
  'is ready with an address while it runs': {
    shape: {},
    want: { ready: true, ip: '10.2.0.7', terminating: false, finished: false },
  },
  'is not ready before it has a status': { shape: { status: {} }, want: { ready: false, ip: undefined } },
  'is not ready when its condition says False': {
    shape: { status: condition('Ready', 'False') },
    want: { ready: false },
  },
  'is not ready because its containers are': {
    shape: { status: condition('ContainersReady', 'True') },
    want: { ready: false },
  },
  'is terminating once it was deleted, and may be ready still': {
    shape: { deletionTimestamp: '2026-01-31T09:00:00Z' },
    want: { ready: true, terminating: true },
  },
  'repeats what the scheduler says when it finds no place': {
    shape: { status: { phase: 'Pending', conditions: [noPlace] } },
    want: { ready: false, unschedulable: noPlace.message },
  },
  'says nothing of the scheduler once it has a place': {
    shape: { status: { conditions: [{ type: 'PodScheduled', status: 'True' }] } },
    want: { unschedulable: undefined },
  },
  'is finished when it succeeded': { shape: { status: { phase: 'Succeeded' } }, want: { finished: true } },
  'is finished when it failed, as an evicted one has': {
    shape: { status: { phase: 'Failed' } },
    want: { finished: true },
  },
  'is not finished while it is pending': { shape: { status: { phase: 'Pending' } }, want: { finished: false } },
};

describe('a pod', () => {
  for (const [name, { shape, want }] of Object.entries(pods)) {
    test(name, () => {
      const seen = decodePod(aPod('skipper-1', shape));
      const stated = Object.fromEntries(Object.keys(want).map((field) => [field, seen[field as keyof SeenPod]]));
      assert.deepEqual(stated, want);
    });
  }

  test('keeps of its variables the one that names its zone', () => {
    const args = ['-kubernetes-topology-zone=$(ZONE)', '-oidc=$(KEY)'];
    const env = [
      { name: 'KEY', value: 'secret' },
      { name: 'ZONE', value: 'eu-1a' },
    ];
    const { pod } = decodePod({ ...aPod('a'), spec: { containers: [{ name: 'skipper', args, env }] } });
    assert.deepEqual(pod.spec.containers[0]?.env, [{ name: 'ZONE', value: 'eu-1a' }]);
  });

  test('keeps of its containers the names and args alone', () => {
    const seen = decodePod({
      metadata: { name: 'a' },
      spec: {
        containers: [
          { name: 'skipper', image: 'x', env: [{ name: 'KEY', value: 'secret' }] },
          { name: 'b', args: [] },
        ],
      },
    });
    assert.deepEqual(seen.pod, { spec: { containers: [{ name: 'skipper' }, { name: 'b', args: [] }] } });
    assert.deepEqual(seen.labels, {});
  });
});

const settled = { observedGeneration: 4, replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };
const rollouts: Readonly<Record<string, { shape: DeploymentShape; want: RolloutProgress }>> = {
  'is done when every pod is of the newest template and available': {
    shape: {},
    want: { done: true, ready: 3, replicas: 3 },
  },
  'is not done before its controller has seen the newest spec': {
    shape: { metadata: { generation: 5 } },
    want: { done: false, ready: 3, replicas: 3 },
  },
  'is not done while a pod of an older template is left': {
    shape: { status: { ...settled, replicas: 4 } },
    want: { done: false, ready: 3, replicas: 3 },
  },
  'is not done while a new pod is not available': {
    shape: { status: { ...settled, availableReplicas: 2 } },
    want: { done: false, ready: 3, replicas: 3 },
  },
  'is not done while pods are still to be updated': {
    shape: { status: { ...settled, updatedReplicas: 1 } },
    want: { done: false, ready: 3, replicas: 3 },
  },
  'is not done before it has a status': { shape: { status: {} }, want: { done: false, ready: 0, replicas: 3 } },
  'is done with no pod at all when none is wanted': {
    shape: { spec: { replicas: 0 }, status: { observedGeneration: 4 } },
    want: { done: true, ready: 0, replicas: 0 },
  },
  'wants one pod when it does not say how many': {
    shape: {
      spec: { replicas: undefined },
      status: { ...settled, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 },
    },
    want: { done: true, ready: 1, replicas: 1 },
  },
};

describe('the rollout of a Deployment', () => {
  for (const [name, { shape, want }] of Object.entries(rollouts)) {
    test(name, () => {
      assert.deepEqual(decodeDeployment(aDeployment(shape)).rollout, want);
    });
  }
});

test('a Deployment passes through untouched, with its labels', () => {
  const raw = aDeployment();
  const seen = decodeDeployment(raw);
  assert.equal(seen.deployment, raw);
  assert.deepEqual(seen.labels, { application: 'skipper-ingress' });
  assert.deepEqual(seen.deployment.spec.template.spec.containers[0]?.args, directArgs);
});

const malformed: Readonly<Record<string, { decode: () => unknown; says: RegExp }>> = {
  'a pod whose containers are no list': {
    decode: () => decodePod({ ...aPod('a'), spec: { containers: {} } }),
    says: /^Pod kube-system\/a: spec\.containers: expected a list, found a value of type object/,
  },
  'a pod whose container has no name': {
    decode: () => decodePod({ ...aPod('a'), spec: { containers: [{}] } }),
    says: /spec\.containers\[0\]\.name: expected a string, found nothing/,
  },
  'a pod whose args hold a number': {
    decode: () => decodePod({ ...aPod('a'), spec: { containers: [{ name: 'skipper', args: [1] }] } }),
    says: /spec\.containers\[0\]\.args\[0\]: expected a string, found a value of type number/,
  },
  'a pod whose address is no text': {
    decode: () => decodePod(aPod('a', { status: { podIP: 7 } })),
    says: /status\.podIP: expected a string/,
  },
  'a Deployment without a version': {
    decode: () => decodeDeployment(aDeployment({ metadata: { resourceVersion: undefined } })),
    says: /^Deployment kube-system\/skipper-ingress: metadata\.resourceVersion: expected a string, found nothing/,
  },
  'a Deployment whose args are text': {
    decode: () => decodeDeployment(aDeployment({ container: { args: '-kubernetes' } })),
    says: /containers\[0\]\.args: expected a list/,
  },
  'a Deployment whose replicas are text': {
    decode: () => decodeDeployment(aDeployment({ spec: { replicas: '3' } })),
    says: /spec\.replicas: expected a number/,
  },
};

describe('an error names object and field of', () => {
  for (const [name, { decode, says }] of Object.entries(malformed)) {
    test(name, () => {
      assert.throws(decode, (error) => error instanceof DecodeError && says.test(error.message));
    });
  }
});
