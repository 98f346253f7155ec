import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RouteServerConfig } from '../api/index.ts';
import { planCompanion, takeOverFromSkipper, wireSkipper } from '../manifests/index.ts';
import { applyPatch } from '../manifests/builder.test-support.ts';
import type { FleetProblem, FleetSeen } from '../rollout/index.ts';
import {
  aConfig,
  aDeployment,
  aPod,
  directArgs,
  fedArgs,
  namespace,
  target,
  type DeploymentShape,
} from './builder.test-support.ts';
import { decodeDeployment, decodePod, type SeenDeployment } from './decode.ts';
import { fleetProblemOf, fleetSeen, isPodOf, wiringTarget } from './fleet.ts';
import { schedulersWords } from './pod-trouble.ts';

const skipper = (shape: DeploymentShape = {}): SeenDeployment => decodeDeployment(aDeployment(shape));
const named = (containerName: string): RouteServerConfig =>
  aConfig({ skipper: { deploymentRef: { name: 'skipper-ingress' }, containerName } });
const born = (creationTimestamp: string, name = 'ingress'): RouteServerConfig =>
  aConfig({}, { name, uid: `${name}-uid`, creationTimestamp });
const sidecars = {
  spec: {
    template: {
      spec: {
        containers: [
          { name: 'one', image: 'a' },
          { name: 'two', image: 'b' },
        ],
      },
    },
  },
};

interface Case {
  readonly config?: RouteServerConfig;
  readonly skipper?: SeenDeployment | undefined;
  readonly others?: readonly RouteServerConfig[];
  readonly want: FleetProblem | undefined;
}
const young = born('2026-01-31T09:00:05Z');

const problems: Readonly<Record<string, Case>> = {
  'a config alone with its Deployment has none': { skipper: skipper(), want: undefined },
  'a Deployment that is not there is waited for': {
    want: {
      reason: 'SkipperNotFound',
      message:
        'Deployment kube-system/skipper-ingress, named by spec.skipper.deploymentRef, does not exist; waiting for it',
      needsPerson: false,
    },
  },
  'the older of two configs keeps the Deployment': {
    config: young,
    skipper: skipper(),
    others: [born('2026-01-31T08:00:00Z', 'older')],
    want: {
      reason: 'SkipperClaimed',
      message: 'RouteServerConfig kube-system/older already controls Deployment skipper-ingress; delete one of the two',
      needsPerson: true,
    },
  },
  'a younger config takes nothing away': {
    config: young,
    skipper: skipper(),
    others: [born('2026-01-31T09:00:06Z', 'another')],
    want: undefined,
  },
  'of two born in the same second the name decides': {
    config: young,
    skipper: skipper(),
    others: [born('2026-01-31T09:00:05Z', 'a-first')],
    want: {
      reason: 'SkipperClaimed',
      message:
        'RouteServerConfig kube-system/a-first already controls Deployment skipper-ingress; delete one of the two',
      needsPerson: true,
    },
  },
  'several containers of which none is called skipper': {
    skipper: skipper(sidecars),
    want: {
      reason: 'ContainerNotFound',
      message: 'Deployment kube-system/skipper-ingress has no container skipper; name it in spec.skipper.containerName',
      needsPerson: true,
    },
  },
  'a container that is named and not there': {
    config: named('router'),
    skipper: skipper(),
    want: {
      reason: 'ContainerNotFound',
      message: 'Deployment kube-system/skipper-ingress has no container router; name it in spec.skipper.containerName',
      needsPerson: true,
    },
  },
  'a container that is named and there': { config: named('two'), skipper: skipper(sidecars), want: undefined },
};

describe('what keeps a config from its fleet:', () => {
  for (const [name, { config = aConfig(), skipper: seen, others = [], want }] of Object.entries(problems)) {
    test(name, () => {
      assert.deepEqual(
        fleetProblemOf(config, seen, () => [...others, config]),
        want,
      );
    });
  }

  test('a tolerance that cannot be read would tolerate nothing, and is named', () => {
    const config = aConfig({
      shadow: {
        tolerate: [
          { route: '^kube_', reason: 'a' },
          { route: '(', reason: 'b' },
        ],
      },
    });
    const problem = fleetProblemOf(config, skipper(), () => [config]);
    assert.equal(problem?.reason, 'SpecInvalid');
    assert.equal(problem.needsPerson, true);
    assert.match(problem.message, /^spec\.shadow\.tolerate\[1\]\.route tolerates nothing: /);
  });

  test('other configs are asked for by namespace and Deployment', () => {
    const asked: string[] = [];
    fleetProblemOf(aConfig(), skipper(), (...of) => {
      asked.push(of.join('/'));
      return [];
    });
    assert.deepEqual(asked, [`${namespace}/skipper-ingress`]);
  });
});

function seenOf(
  deployment: SeenDeployment,
  podArgs: readonly (readonly string[])[] = [],
  errorsUnreadable = false,
): FleetSeen {
  const config = aConfig();
  const taken = takeOverFromSkipper(config, deployment.deployment);
  assert.ok(taken);
  const pods = podArgs.map((args, at) => decodePod(aPod(`skipper-${at}`, { args })));
  const services = [{ application: 'skipper-ingress' }];
  const fedCompanion = planCompanion({ config, skipper: deployment.deployment, services, source: 'routeServer' });
  assert.ok(fedCompanion);
  return fleetSeen({
    ...{ skipper: deployment, taken, target, primaryPods: pods, companionPods: [], wanted: { fedCompanion } },
    evidence: { convergence: undefined, errors: undefined, errorsUnreadable },
  });
}

describe('what is seen of a fleet:', () => {
  test('pods are counted by what they really run with', () => {
    const { pods } = seenOf(skipper(), [directArgs, fedArgs, fedArgs, ['skipper', '-config-file=/a']]);
    assert.deepEqual(pods, { total: 4, direct: 1, routeServer: 2 });
  });

  const unreadable = 'the metrics of the Skippers cannot be read on their support port: no errors are counted';
  const uncounted: Readonly<
    Record<string, { args: readonly string[]; isUnreadable: boolean; want: readonly string[] }>
  > = {
    'all of them, as a rule': { args: directArgs, isUnreadable: false, want: [] },
    'none where the metrics cannot be read': { args: directArgs, isUnreadable: true, want: [unreadable] },
    'none, for the reason that a flag is': {
      args: [...directArgs, '-metrics-flavour=otel'],
      isUnreadable: true,
      want: ['-metrics-flavour is otel alone: no errors are counted; add prometheus or codahale to it'],
    },
  };
  for (const [name, { args, isUnreadable, want }] of Object.entries(uncounted)) {
    test(`of the errors it can count ${name}`, () => {
      assert.deepEqual(seenOf(skipper({ args }), [], isUnreadable).uncountedErrors, want);
    });
  }

  test('the scheduler is quoted about a pod of the fleet that it finds no place for, and about no other', () => {
    const message = '0/3 nodes are available: 3 Insufficient cpu.';
    const noPlace = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    const pods = [aPod('skipper-0'), aPod('skipper-1', { status: { conditions: [noPlace] } })].map(decodePod);
    assert.equal(schedulersWords(pods), message);
    assert.equal(schedulersWords(pods.slice(0, 1)), undefined);
    assert.equal(seenOf(skipper(), [directArgs]).unschedulable, undefined);
  });

  test('a Deployment with its own args is wired directly, and rolled out', () => {
    const { wiring, rolledOut, unsupportedFlags } = seenOf(skipper());
    assert.deepEqual(
      { wiring, rolledOut, unsupportedFlags },
      { wiring: 'Direct', rolledOut: true, unsupportedFlags: [] },
    );
  });

  test('a Deployment that the operator wired reads from the route server', () => {
    const { deployment } = skipper();
    const wired = applyPatch(deployment, wireSkipper(deployment, target));
    assert.equal(seenOf({ ...skipper(), deployment: wired }).wiring, 'RouteServer');
  });

  test('a flag that the route server does not support is named', () => {
    const { unsupportedFlags } = seenOf(skipper({ args: [...directArgs, '-kubernetes-enable-tls'] }));
    assert.deepEqual(
      unsupportedFlags.map(({ flag }) => flag),
      ['kubernetes-enable-tls'],
    );
  });

  test('whoever else wrote the args is named, the operator is not', () => {
    const fieldsV1 = {
      'f:spec': {
        'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"skipper"}': { 'f:args': {} } } } },
      },
    };
    const managedFields = ['kubectl', 'routesrv-operator', 'argocd'].map((manager, at) => ({
      manager,
      time: `2026-01-31T09:00:0${at}Z`,
      fieldsV1,
    }));
    assert.deepEqual(seenOf(skipper({ metadata: { managedFields } })).argsManagers, ['argocd', 'kubectl']);
  });

  test('what a rollout may lose is said with its field', () => {
    const [first] = seenOf(skipper()).rolloutWarnings;
    assert.match(first ?? '', /^spec\.strategy\.rollingUpdate\.maxUnavailable is 25%/);
  });
});

test('the target is the Service of the config, in the container that is named', () => {
  assert.deepEqual(wiringTarget(aConfig()), { serviceUrl: 'http://ingress-routesrv.kube-system.svc.cluster.local' });
  assert.equal(wiringTarget(named('router')).containerName, 'router');
});

describe('a pod belongs to the fleet', () => {
  const labels = { application: 'skipper-ingress', 'pod-template-hash': '5d4f' };
  const owners = {
    'when its ReplicaSet is one of the Deployment': { replicaSet: 'skipper-ingress-5d4f', want: true },
    'not when another Deployment with the same labels made it': { replicaSet: 'skipper-canary-5d4f', want: false },
    'not when the name of the other Deployment begins alike': { replicaSet: 'skipper-ingress-2-5d4f', want: false },
    'not when nobody made it': { replicaSet: undefined, want: false },
  };
  for (const [name, { replicaSet, want }] of Object.entries(owners)) {
    test(name, () => {
      const pod = decodePod(aPod('a', { labels, ...(replicaSet === undefined ? {} : { replicaSet }) }));
      assert.equal(isPodOf(skipper(), pod), want);
    });
  }
});
