/**
 * What the operator asks of the API server, by the server's own audit log, beside what the chart lets it do: nothing is
 * refused, and of what is allowed everything is used but what stands here with a reason.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { kinds, KubeClient, LeaderElection, loadKubeConfig, type ClusterConfig } from '../../../src/kube/index.ts';
import { readTier } from '../../../src/operator/tier.ts';
import { helm, kubeconfigForServiceAccount, kubectl } from '../../harness/index.ts';
import { until } from '../../harness/wait.ts';
import { CHART, NAMESPACE, RELEASE } from '../../chart/chart.ts';
import { configName, ownArgs, skipperDeployment, type Fleet } from './fleet.ts';
import { aTable } from './kubelet.ts';
import { Stage } from './stage.ts';

const account = 'routesrv-routesrv-operator';
const user = `system:serviceaccount:${NAMESPACE}:${account}`;
const tierConfigMap = { namespace: NAMESPACE, name: 'cluster' };

/** `verb group/resource/subresource` that are allowed and that a run does not show, with why they are needed. */
const notShown: Readonly<Record<string, string>> = {
  'update routesrv.dev/routeserverconfigs/finalizers':
    'asked for by the admission plugin OwnerReferencesPermissionEnforcement, not by a request',
  'bind rbac.authorization.k8s.io/clusterroles': 'looked up by the API server when a binding is made',
  'patch events.k8s.io/events': 'counts a transition that comes again within minutes',
};
/** Objects are made by server-side apply, a patch in the log; the API server asks for this right when there is none yet. */
const isMadeByApply = (right: string, used: ReadonlySet<string>): boolean =>
  right.startsWith('create ') && used.has(right.replace('create', 'patch'));

const folder = mkdtempSync(join(tmpdir(), 'operator-rights-'));
const log = join(folder, 'audit.log');
let stage: Stage;
let config: ClusterConfig;

before(async () => {
  const policy = join(folder, 'policy.json');
  const rules = [{ level: 'Metadata', users: [user] }, { level: 'None' }];
  writeFileSync(policy, JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules }));
  const audit = ['--audit-policy-file', policy, '--audit-log-path', log, '--audit-log-mode', 'blocking'];
  stage = await Stage.open('operator-rights', audit);
  const { cluster, client } = stage.ground;
  await client.create(kinds.Namespace, { metadata: { name: NAMESPACE } });
  await client.create(kinds.ConfigMap, { metadata: tierConfigMap, data: { tier: 'test' } });
  await kubectl(cluster, ['apply', '-f', '-'], { input: await rightsOfTheChart() });
  config = loadKubeConfig({
    kubeconfig: await kubeconfigForServiceAccount(cluster, { namespace: NAMESPACE, name: account }),
  });
});
after(async () => {
  await config.close();
  await stage.close();
  rmSync(folder, { recursive: true });
});

/** ServiceAccount, roles and bindings, as Helm renders them. */
function rightsOfTheChart(): Promise<string> {
  const files = ['serviceaccount', 'role-operator', 'role-route-server'];
  const only = files.flatMap((file) => ['--show-only', `templates/${file}.yaml`]);
  const tier = ['--set', `tierConfigMap.namespace=${NAMESPACE},tierConfigMap.name=${tierConfigMap.name}`];
  return helm(stage.ground.cluster, ['template', RELEASE, CHART, '--namespace', NAMESPACE, ...only, ...tier]);
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What the rendered roles of the operator allow. */
async function allowed(): Promise<readonly string[]> {
  const documents = parseAllDocuments(await rightsOfTheChart()).map((document) => document.toJS() as unknown);
  const roles = documents.filter(
    (document): document is { metadata: { name: string }; rules: readonly Rule[] } =>
      typeof document === 'object' && document !== null && 'rules' in document,
  );
  const own = roles.filter(({ metadata }) => !metadata.name.endsWith('-route-server'));
  const rights = own
    .flatMap(({ rules }) => rules)
    .flatMap(({ apiGroups, resources, verbs }) =>
      verbs.flatMap((verb) => apiGroups.flatMap((group) => resources.map((of) => `${verb} ${group}/${of}`))),
    );
  return [...new Set(rights)].toSorted();
}

interface Audited {
  readonly verb: string;
  readonly stage: string;
  readonly objectRef?: { readonly apiGroup?: string; readonly resource: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What the operator has asked for so far, by the audit log. */
function asked(): readonly Audited[] {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Audited).filter(({ objectRef }) => objectRef !== undefined);
}

const rightOf = ({ verb, objectRef }: Audited): string => {
  const { apiGroup = '', resource = '', subresource } = objectRef ?? {};
  return `${verb} ${apiGroup}/${resource}${subresource === undefined ? '' : `/${subresource}`}`;
};

/** From False to Exec by a step and back, with all that a spec may ask to be made. */
async function goesThereAndBack(): Promise<void> {
  const fleet = await stage.aFleet([...ownArgs, '-kubernetes-namespace=shop-1']);
  const clientBalancer = { enabled: true, percentage: 10, fallback: true };
  const autoscaling = { minReplicas: 2, maxReplicas: 3 };
  const spec = { mode: 'Exec', clientBalancer, routeServer: { autoscaling } } as const;
  const steps = { inSyncFor: '1s', stepSoak: '1s', bake: '1h' };
  await fleet.personSets({ ...spec, rollout: { ...steps, steps: [50, 75, 100] } });
  for (const step of [50, 75]) {
    await fleet.statusShows(`step ${step}`, ({ rollout }) => (rollout?.step ?? 0) >= step);
  }
  await fleet.phaseIs('Moved');
  await fleet.personSets({ ...spec, routeServer: { replicas: 2 } });
  await fleet.phaseIs('Moved');
  await fleet.personDeletes();
  await fleet.isGone();
}

/** One moved Skipper keeps an old table, which is what an eviction is for; then all of them get a wrong one. */
async function evictsAndFallsBack(): Promise<void> {
  const fleet = await stage.aFleet();
  await fleet.personSets({
    ...{ mode: 'Exec', shadow: { interval: '2s', freshnessBudget: '10s' } },
    fallback: { enabled: true, after: '2s', maxDirectPollers: 10, evictStuckPods: true },
  });
  await fleet.phaseIs('Moved');
  const isEvicted = await oneIsStuck(fleet);
  await until({ what: 'an eviction', deadlineMs: 120_000 }, isEvicted);
  stage.kubelet.feed(fleet.namespace, `${aTable}more: Path("/more") -> <shunt>;\n`);
  await fleet.phaseIs('FallenBack');
  await fleet.personSets({ mode: 'False' });
  await fleet.phaseIs('Off');
}

/** The route servers of that fleet answer for themselves, and one of its Skippers lacks a route. */
async function oneIsStuck(fleet: Fleet): Promise<() => Promise<boolean>> {
  const { items } = await fleet.client.list(kinds.Pod, { namespace: fleet.namespace });
  const pods = items as unknown as readonly {
    metadata: { name: string; labels: Record<string, string> };
    status: { podIP: string };
  }[];
  const { tables, etags } = stage.listeners;
  for (const { metadata, status } of pods) {
    if (metadata.labels['app.kubernetes.io/component'] !== 'route-server') continue;
    tables.set(status.podIP, aTable);
    etags.set(status.podIP, '"1"');
  }
  const stuck = pods.find(({ metadata }) => metadata.labels['application'] === 'skipper-ingress');
  assert.ok(stuck);
  tables.set(stuck.status.podIP, `${aTable}old: Path("/old") -> <shunt>;\n`);
  const key = { namespace: fleet.namespace, name: stuck.metadata.name };
  return async () => (await fleet.client.find(kinds.Pod, key)) === undefined;
}

/** A fleet whose settings are in a ConfigMap of ours. */
async function isWiredByFile(): Promise<void> {
  const fleet = await stage.anEmptyNamespace();
  await fleet.deploys(skipperDeployment(fleet.namespace, ['skipper', '-config-file=/etc/skipper/config.yaml']));
  const settings = 'kubernetes: true\nkubernetes-in-cluster: true\n';
  const file = { wiring: 'ConfigFile', configMapName: 'skipper-config', settings } as const;
  await fleet.personSets({ mode: 'Pre', skipper: { deploymentRef: { name: 'skipper-ingress' }, ...file } });
  await until({ what: 'the file', deadlineMs: 40_000 }, async () => {
    const found = await fleet.client.find(kinds.ConfigMap, { namespace: fleet.namespace, name: 'skipper-config' });
    return found !== undefined;
  });
  await fleet.personDeletes();
}

/** What the program does beside the operator: its tier, its lease. */
async function leads(): Promise<void> {
  const client = new KubeClient({ config, userAgent: 'routesrv-operator' });
  await readTier(client, '', `${tierConfigMap.namespace}/${tierConfigMap.name}`);
  const lease = { namespace: NAMESPACE, name: account };
  const election = new LeaderElection({
    client,
    clock: stage.clock,
    log: stage.ground.log,
    lease,
    identity: configName,
  });
  election.start();
  await until({ what: 'the lease', deadlineMs: 40_000 }, () => Promise.resolve(election.isLeader));
  await election.stop();
}

test('the operator is refused nothing, and is allowed no more than it needs', async (t) => {
  await leads();
  const routeServerClusterRole = `${NAMESPACE}:${account}-route-server`;
  await stage.startOperator({ account: { config, routeServerClusterRole } });
  await Promise.all([goesThereAndBack(), evictsAndFallsBack(), isWiredByFile()]);

  const refused = asked().filter(({ responseStatus }) => responseStatus?.code === 403);
  assert.deepEqual(refused.map(rightOf), []);
  const used = new Set(asked().map(rightOf));
  const unused = (await allowed()).filter((right) => !used.has(right));
  t.diagnostic(`of ${(await allowed()).length} rights ${unused.length} were not used: ${unused.join(', ')}`);
  assert.deepEqual(
    unused.filter((right) => !isMadeByApply(right, used)),
    Object.keys(notShown)
      .filter((right) => !used.has(right))
      .toSorted(),
  );
});
