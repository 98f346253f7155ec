/** What holds the operator on a real API server, what it says then, and what lets it go on. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  APPROVED_GENERATION_ANNOTATION,
  type RouteServerConfigStatus,
  type WrittenSpec,
} from '../../../src/api/index.ts';
import { kinds, type KubeObject } from '../../../src/kube/index.ts';
import { kubectl } from '../../harness/index.ts';
import { until } from '../../harness/wait.ts';
import { configName, ownArgs, skipperDeployment, type Fleet } from './fleet.ts';
import { aTable } from './kubelet.ts';
import { Stage } from './stage.ts';

let stage: Stage;
before(async () => {
  stage = await Stage.open('operator-gates');
  await stage.startOperator();
});
after(() => stage.close());

const skipper = { deploymentRef: { name: 'skipper-ingress' } };
const twoContainers: KubeObject['spec'] = { containers: ['one', 'two'].map((name) => ({ name, image: 'a' })) };

interface Hold {
  readonly spec: Partial<WrittenSpec>;
  /** Skipper's args, when they are what holds. */
  readonly args?: readonly string[];
  readonly condition: string;
  readonly says: RegExp;
}

const holds: Readonly<Record<string, Hold>> = {
  'a settings file that Skipper does not read': {
    spec: {
      mode: 'Exec',
      skipper: { ...skipper, wiring: 'ConfigFile', configMapName: 'skipper-config', settings: 'kubernetes: true' },
    },
    condition: 'Stalled True FlagsUnsupported',
    says: /-config-file/,
  },
  'a flag that the route server does not support': {
    spec: { mode: 'Exec' },
    args: [...ownArgs, '-kubernetes-enable-tls'],
    condition: 'Stalled True FlagsUnsupported',
    says: /-kubernetes-enable-tls \(.*remove them from Skipper's args or stay in Pre$/,
  },
  'an approval that is missing': {
    spec: { mode: 'Exec', rollout: { steps: [100], inSyncFor: '1s', approval: 'Manual' } },
    condition: 'Ready False ApprovalMissing',
    says: /^waits for the annotation routesrv\.dev\/approved-generation: "1" on this RouteServerConfig$/,
  },
  'tables that have not agreed for long enough': {
    spec: { mode: 'Exec', rollout: { steps: [100], inSyncFor: '1h' } },
    condition: 'Ready False ShadowNotSettled',
    says: /^in sync since \S+Z, moves on at \S+Z$/,
  },
};

describe('the fleet stays in Pre, and says why, for', () => {
  for (const [name, { spec, args, condition, says }] of Object.entries(holds)) {
    test(name, async () => {
      const fleet = await stage.aFleet(args);
      await fleet.personSets(spec);
      assert.match(await fleet.conditionIs(condition), says);
      const { effectiveMode, skippers } = await fleet.phaseIs('Shadowing');
      assert.deepEqual([effectiveMode, skippers?.routeServer], ['Pre', 0]);
      assert.deepEqual(await fleet.args(), args ?? ownArgs);
    });
  }

  test('an approval, and goes on as soon as it is given', async () => {
    const fleet = await stage.aFleet();
    await fleet.personSets({ mode: 'Exec', rollout: { steps: [100], inSyncFor: '1s', approval: 'Manual' } });
    await fleet.conditionIs('Ready False ApprovalMissing');
    const key = { namespace: fleet.namespace, name: configName };
    const body = { metadata: { annotations: { [APPROVED_GENERATION_ANNOTATION]: '1' } } };
    await fleet.client.patch(kinds.RouteServerConfig, key, { type: 'merge', body });
    await fleet.phaseIs('Moved');
  });
});

test('metrics that hide errors hold a step, by the name of the flag, unless the person ignores that', async () => {
  const rollout = { steps: [10, 100], inSyncFor: '1s', stepSoak: '0s' };
  const fleet = await stage.aFleet([...ownArgs, '-disable-metrics-compat']);
  await fleet.personSets({ mode: 'Exec', rolloutPercentage: 50, rollout });
  const hidden = /: -disable-metrics-compat without -route-backend-error-counters: requests that a backend /;
  assert.match(await fleet.conditionIs('ErrorsCounted False ErrorsNotCounted'), hidden);
  assert.match(await fleet.conditionIs('Ready False ErrorsNotCounted'), hidden);
  await fleet.statusShows('only the first step moved', (status) => status.rollout?.step === 10);
  await fleet.personSets({ mode: 'Exec', rolloutPercentage: 50, rollout: { ...rollout, uncountedErrors: 'Ignore' } });
  await fleet.statusShows('half of them moved', ({ rollout }) => rollout?.step === 50);
  await fleet.deploys(skipperDeployment(fleet.namespace, [...ownArgs, '-disable-metrics-compat=false']));
  await fleet.conditionIs('ErrorsCounted True ErrorsCounted');
});

describe('data of the route server that is older than the freshness budget', () => {
  test('holds the fleet in Pre until it is current, and is noticed in Exec although no object changes', async () => {
    const fleet = await stage.aFleet();
    const routeServer = `${configName}-routesrv.${fleet.namespace}.svc.cluster.local`;
    const lastCurrentMs = stage.clock.now() - 600_000;
    const asOfLongAgo = (): number => Math.ceil((stage.clock.now() - lastCurrentMs) / 1_000);
    stage.listeners.ageSeconds.set(routeServer, asOfLongAgo);
    await fleet.personSets({ mode: 'Exec' });
    const message = await fleet.conditionIs('Ready False FreshnessExceeded');
    assert.match(message, /last current at \S+Z, longer ago than spec\.shadow\.freshnessBudget \(120 s\) allows$/);
    const held = await fleet.statusShows('since when', (status) => status.routeServer?.staleSince !== undefined);
    assert.ok(Date.parse(held.routeServer?.staleSince ?? '') < stage.clock.now() - 120_000);
    assert.deepEqual([held.effectiveMode, await fleet.args()], ['Pre', ownArgs]);

    stage.listeners.ageSeconds.set(routeServer, () => 1);
    const moved = await fleet.phaseIs('Moved');
    assert.equal(moved.routeServer?.staleSince, undefined);
    stage.listeners.ageSeconds.set(routeServer, asOfLongAgo);
    await fleet.conditionIs('Ready False FreshnessExceeded');
    const { phase, skippers } = (await fleet.config())?.status ?? {};
    assert.deepEqual([phase, skippers?.direct], ['Moved', 0]);
  });
});

test('routes that a route server holds back are told of although no object changes, and that they are no more', async () => {
  const fleet = await stage.aFleet();
  const routeServer = `${configName}-routesrv.${fleet.namespace}.svc.cluster.local`;
  await fleet.personSets({ mode: 'Pre' });
  await fleet.phaseIs('Shadowing');
  await fleet.conditionIs('RoutesHeldBack False NoRoutesHeldBack');
  stage.listeners.heldBack.set(routeServer, 4_000);
  const message = await fleet.conditionIs('RoutesHeldBack True RoutesVanished');
  assert.match(message, /serves on 4000 of 1 route that vanished at once .*curl -X DELETE/);
  stage.listeners.heldBack.delete(routeServer);
  await fleet.conditionIs('RoutesHeldBack False NoRoutesHeldBack');
  await until({ what: 'an Event of each', deadlineMs: 40_000 }, async () => {
    const told = (await fleet.told()).filter((event) => event.includes('RoutesHeldBack'));
    return told.length === 2 ? told : undefined;
  });
});

describe('a suspended config', () => {
  test('has nothing made for it, and goes on where it stood', async () => {
    const fleet = await stage.aFleet();
    await fleet.personSets({ mode: 'Pre', suspend: true });
    await fleet.conditionIs('Ready Unknown Suspended');
    assert.deepEqual(await fleet.made(), []);
    await fleet.personSets({ mode: 'Pre' });
    await fleet.phaseIs('Shadowing');
    const made = await fleet.made();
    await fleet.personSets({ mode: 'False', suspend: true });
    await fleet.conditionIs('Ready Unknown Suspended');
    assert.deepEqual(await fleet.made(), made);
  });

  test('is cleaned up all the same when it is deleted', async () => {
    const fleet = await stage.aFleet();
    await fleet.personSets({ mode: 'Exec' });
    await fleet.phaseIs('Moved');
    await fleet.personSets({ mode: 'Exec', suspend: true });
    await fleet.conditionIs('Ready Unknown Suspended');
    await fleet.personDeletes();
    await fleet.isGone();
    await fleet.nothingIsLeft();
    assert.deepEqual(await fleet.args(), ownArgs);
  });
});

describe('a Deployment', () => {
  test('that is missing is waited for', async () => {
    const fleet = await stage.anEmptyNamespace();
    await fleet.personSets({ mode: 'Pre' });
    const message = await fleet.conditionIs('Ready False SkipperNotFound');
    assert.match(
      message,
      /^Deployment shop-\d+\/skipper-ingress, named by spec\.skipper\.deploymentRef, does not exist/,
    );
    assert.equal(await fleet.condition('Stalled'), 'False SkipperNotFound');
    await fleet.deploys(skipperDeployment(fleet.namespace));
    await fleet.phaseIs('Shadowing');
  });

  test('that is deleted in Exec leaves a config that can be deleted', async () => {
    const fleet = await stage.aFleet();
    await fleet.personSets({ mode: 'Exec' });
    await fleet.phaseIs('Moved');
    await fleet.client.delete(kinds.Deployment, { namespace: fleet.namespace, name: 'skipper-ingress' });
    await fleet.conditionIs('Ready False SkipperNotFound');
    await fleet.personDeletes();
    await fleet.isGone();
    await fleet.nothingIsLeft();
  });

  test('in which no container is Skipper needs a person', async () => {
    const fleet = await stage.anEmptyNamespace();
    const { spec, ...deployment } = skipperDeployment(fleet.namespace);
    const template = { metadata: (spec as { template: { metadata: object } }).template.metadata, spec: twoContainers };
    await fleet.deploys({ ...deployment, spec: { ...(spec as object), template } });
    await fleet.personSets({ mode: 'Pre' });
    await fleet.conditionIs('Stalled True ContainerNotFound');
    await fleet.personSets({ mode: 'Pre', skipper: { ...skipper, containerName: 'two' } });
    await fleet.statusShows('no stall', ({ conditions = [] }) => {
      return conditions.some(({ type, status }) => type === 'Stalled' && status === 'False');
    });
  });

  test('belongs to the first config that names it; the next one takes it over when that is gone', async () => {
    const fleet = await stage.aFleet();
    await fleet.personSets({ mode: 'False' });
    await fleet.phaseIs('Off');
    await fleet.personSets({ mode: 'Exec' }, 'later');
    const message = await fleet.conditionIs('Stalled True SkipperClaimed', 'later');
    assert.match(message, /^RouteServerConfig shop-\d+\/ingress already controls Deployment skipper-ingress/);
    assert.deepEqual(await fleet.made(), []);
    await fleet.personDeletes();
    await fleet.isGone();
    await fleet.conditionIs('Ready True InExec', 'later');
  });
});

describe('an object of somebody else with a name of ours', () => {
  test('is left untouched, and waited for', async () => {
    const fleet = await stage.aFleet();
    const key = { namespace: fleet.namespace, name: 'ingress-routesrv' };
    const theirs = { metadata: key, spec: { ports: [{ port: 80 }], selector: { app: 'theirs' } } };
    await fleet.client.create(kinds.Service, theirs, { fieldManager: 'somebody' });
    const before = await fleet.client.get(kinds.Service, key);
    await fleet.personSets({ mode: 'Pre' });
    const message = await fleet.conditionIs('Stalled True ObjectClaimed');
    assert.match(message, /^Service shop-\d+\/ingress-routesrv exists and is not ours: rename or delete it/);
    assert.deepEqual(await fleet.client.get(kinds.Service, key), before);
    await fleet.client.delete(kinds.Service, key);
    await fleet.phaseIs('Shadowing');
  });

  test('survives the deletion of the config', async () => {
    const fleet = await stage.aFleet();
    const key = { namespace: fleet.namespace, name: 'ingress-routesrv' };
    await fleet.client.create(kinds.ServiceAccount, { metadata: key });
    await fleet.personSets({ mode: 'Pre' });
    await fleet.conditionIs('Stalled True ObjectClaimed');
    await fleet.personDeletes();
    await fleet.isGone();
    assert.ok(await fleet.client.find(kinds.ServiceAccount, key));
  });
});

describe('args that somebody else writes', () => {
  async function moved(): Promise<{ readonly fleet: Fleet; readonly wired: readonly string[] }> {
    const fleet = await stage.aFleet();
    await fleet.personSets({ mode: 'Exec' });
    await fleet.phaseIs('Moved');
    return { fleet, wired: await fleet.args() };
  }

  const areBack = (fleet: Fleet, wired: readonly string[], attempts: number): Promise<unknown> =>
    fleet
      .statusShows(`attempt ${attempts}`, ({ wiring }) => wiring?.attempts === attempts)
      .then(() =>
        until({ what: 'the wired args', deadlineMs: 40_000 }, async () => String(await fleet.args()) === String(wired)),
      );

  test('are written again three times; then the operator gives way and names who it was', async () => {
    const { fleet, wired } = await moved();
    for (const attempt of [1, 2, 3]) {
      await fleet.writesArgs('argocd', ownArgs);
      await areBack(fleet, wired, attempt);
    }
    await fleet.writesArgs('argocd', ownArgs);
    assert.match(await fleet.conditionIs('Stalled True WiringContested'), /^argocd keeps resetting the args/);
    const { wiring } = (await fleet.config())?.status ?? {};
    assert.deepEqual(wiring, { attempts: 3, contestedBy: 'argocd' });
    assert.deepEqual(await fleet.args(), ownArgs);

    await fleet.personSets({ mode: 'Pre' });
    await fleet.phaseIs('Shadowing');
    const skipperNow = await fleet.skipper();
    assert.deepEqual(await fleet.args(), ownArgs);
    assert.equal(skipperNow.metadata.annotations?.['routesrv.dev/original-wiring'], undefined);

    await fleet.personSets({ mode: 'Exec' });
    await fleet.phaseIs('Moved');
  });

  test('never become the originals when they are wired args with something added', async () => {
    const { fleet, wired } = await moved();
    await fleet.writesArgs('somebody', [...wired, '-suppress-route-update-logs']);
    await areBack(fleet, wired, 1);
    await fleet.personSets({ mode: 'False' });
    await fleet.phaseIs('Off');
    assert.deepEqual(await fleet.args(), ownArgs);
  });

  test('become the originals when they are other data-client args', async () => {
    const { fleet } = await moved();
    const others = [...ownArgs, '-kubernetes-ingress-class=edge'];
    await fleet.writesArgs('somebody', others);
    await fleet.statusShows('one attempt', ({ wiring }) => wiring?.attempts === 1);
    await fleet.phaseIs('Moved');
    await fleet.personSets({ mode: 'False' });
    await fleet.phaseIs('Off');
    assert.deepEqual(await fleet.args(), others);
  });
});

test('a change of Skipper’s flags in Exec is carried over, and bakes anew once the tables have agreed again', async () => {
  const fleet = await stage.aFleet();
  await fleet.personSets({ mode: 'Exec' });
  const bakes = (what: string, isMeant: (template: string) => boolean): Promise<RouteServerConfigStatus> =>
    fleet.statusShows(what, ({ phase, bake }) => phase === 'Moved' && isMeant(bake?.template ?? ''));
  const first = await bakes('a bake', (template) => template !== '');
  stage.kubelet.feed(fleet.namespace, '');
  await fleet.writesArgs('owner', [...ownArgs, '-kubernetes-ingress-class=edge']);
  await fleet.statusShows('that it does not bake on old evidence', ({ phase, bake }) => {
    return phase === 'Moved' && bake === undefined;
  });
  assert.match(JSON.stringify(await fleet.routeServer()), /"-kubernetes-ingress-class=edge"/);
  stage.kubelet.feed(fleet.namespace, aTable);
  const again = await bakes('another bake', (template) => template !== first.bake?.template && template !== '');
  assert.ok(Date.parse(again.bake?.since ?? '') > Date.parse(first.bake?.since ?? ''));
});

test('a deletion that cannot be completed says why, and is completed as soon as it can be', async () => {
  const fleet = await stage.aFleet();
  await fleet.personSets({ mode: 'False' });
  await fleet.phaseIs('Off');
  const policy = refusalToLetGo(fleet.namespace);
  await kubectl(stage.ground.cluster, ['apply', '-f', '-'], { input: JSON.stringify(policy) });
  const release = [
    '-n',
    fleet.namespace,
    'patch',
    'rsc',
    configName,
    '--type=merge',
    '-p',
    '{"metadata":{"finalizers":[]}}',
  ];
  await until({ what: 'the policy to be in force', deadlineMs: 40_000 }, async () => {
    const outcome = await kubectl(stage.ground.cluster, [...release, '--dry-run=server']).catch(String);
    return outcome.includes('kept for the audit');
  });

  await fleet.personDeletes();
  assert.match(await fleet.conditionIs('Ready False ApplyFailed'), /RouteServerConfig .*\/ingress/);
  await kubectl(stage.ground.cluster, ['delete', '-f', '-'], { input: JSON.stringify(policy) });
  await fleet.isGone();
});

/** An admission policy, as a platform team may have one, that keeps finalizers on the configs of a namespace. */
function refusalToLetGo(namespace: string) {
  const group = 'admissionregistration.k8s.io';
  const metadata = { name: `keep-${namespace}` };
  const rule = {
    apiGroups: ['routesrv.dev'],
    apiVersions: ['*'],
    operations: ['UPDATE'],
    resources: ['routeserverconfigs'],
  };
  const isKept = 'has(object.metadata.finalizers) && object.metadata.finalizers.size() > 0';
  const items = [
    {
      apiVersion: `${group}/v1`,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        matchConstraints: {
          resourceRules: [rule],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        },
        validations: [{ expression: isKept, message: 'kept for the audit' }],
      },
    },
    {
      apiVersion: `${group}/v1`,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    },
  ];
  return { apiVersion: 'v1', kind: 'List', items };
}
