/**
 * `npm run demo`: a real Kubernetes on this machine, three real Skippers under traffic, and the switch
 * False → Pre → Exec. Exit code 0 only if no request failed and the tables agreed.
 */
import { Command } from 'commander';
import { bootNode, images, kubectl, TestBedError, useContext, type Cluster } from '../test/harness/index.ts';
import {
  apply,
  eventually,
  installOperator,
  installRouteGroups,
  operatorNamespace,
  raiseFleet,
  startTraffic,
  uninstallOperator,
  type StageOptions,
} from '../test/harness/scenario/index.ts';
import { look, type Look } from './demo/look.ts';
import { Table } from './demo/table.ts';

interface Options {
  readonly keep?: true;
  readonly fast?: true;
  readonly context?: string;
  readonly image?: string;
  readonly skipperImage?: string;
}

const namespace = 'routesrv-demo';
const name = 'ingress';
const minuteMs = 60_000;
const table = new Table(process.stdout);

function say(text: string): void {
  table.release();
  console.log(text);
}

const options = new Command('demo')
  .description('Takes a fleet of three Skippers False → Pre → Exec on a real Kubernetes, under traffic.')
  .option('--keep', 'leave the cluster running and show the commands to look around')
  .option('--fast', 'shorter soak: 5 s instead of 30 s of agreement before the switch')
  .option('--context <name>', 'use an existing cluster of your kubeconfig instead of booting one')
  .option('--image <reference>', 'our image, when the cluster cannot be given one from here')
  .option('--skipper-image <reference>', "Skipper's image, likewise")
  .showHelpAfterError()
  .parse()
  .opts<Options>();

function config(mode: string) {
  return {
    apiVersion: 'routesrv.dev/v1alpha1',
    kind: 'RouteServerConfig',
    metadata: { name, namespace },
    spec: {
      mode,
      skipper: { deploymentRef: { name: 'skipper' } },
      shadow: { interval: '5s' },
      rollout: { steps: [100], inSyncFor: options.fast === undefined ? '30s' : '5s', bake: '1m' },
      fallback: { enabled: false },
    },
  };
}

/** Shows the table until the object's status is what the story waits for. */
async function watchUntil(cluster: Cluster, what: string, isReached: (seen: Look) => boolean): Promise<Look> {
  return eventually({ what, deadlineMs: 5 * minuteMs }, async () => {
    const seen = await look(cluster, namespace, name);
    table.show(seen.row);
    const isCurrent = seen.status.observedGeneration === seen.generation;
    return isCurrent && isReached(seen) ? seen : undefined;
  });
}

async function setStage(cluster: Cluster): Promise<void> {
  const stage: StageOptions = {
    namespace,
    skippers: 3,
    requestsPerSecond: 50,
    images: {
      skipper: options.skipperImage ?? (await images.load(cluster, 'skipper')),
      routesrv: options.image ?? (await images.load(cluster, 'routesrv-dev')),
    },
  };
  say('\n1. Installing the operator with Helm, and RouteGroups');
  await installRouteGroups(cluster);
  await installOperator(cluster, stage.images.routesrv);
  say('2. Starting three Skippers with a backend, Ingresses and RouteGroups, and traffic of 50 requests/s');
  await raiseFleet(cluster, stage);
  await startTraffic(cluster, stage);
}

async function tellStory(cluster: Cluster): Promise<Look> {
  say('3. mode "False": every Skipper polls the Kubernetes API itself');
  await apply(cluster, [config('False')]);
  await watchUntil(cluster, 'mode False', ({ status }) => status.phase === 'Off');
  say('4. mode "Pre": the route server runs in the shadow, and its table is compared with Skipper\'s');
  await apply(cluster, [config('Pre')]);
  await watchUntil(cluster, 'agreement in Pre', ({ status }) => status.shadow?.verdict === 'InSync');
  say('5. mode "Exec": once the tables have agreed for long enough, the fleet is moved');
  await apply(cluster, [config('Exec')]);
  return watchUntil(
    cluster,
    'every Skipper to read from the route server, in sync',
    ({ status }) => status.phase === 'Moved' && status.skippers?.direct === 0 && status.shadow?.verdict === 'InSync',
  );
}

function summarise({ row, status, traffic }: Look): void {
  const [, fed = '0'] = row.skippers.split('/');
  say(`
What you saw
  ${fed} Skippers read from the route server (${row.percent} of the fleet); only the sentinel, which has no traffic, polls the API.
  The shadow diff says ${row.shadow}: ${row.routes} routes, served by ${status.routeServer?.ready ?? 0} route servers.
  ${traffic.sent} requests were sent during all of this, ${traffic.failed} failed.`);
  for (const failure of traffic.failures) console.log(`  failed: ${JSON.stringify(failure)}`);
}

function showAround(cluster: Cluster): void {
  say(`
Look around
  export KUBECONFIG=${cluster.kubeconfigPath}
  kubectl -n ${namespace} get rsc
  kubectl -n ${namespace} describe rsc ${name}
  kubectl -n ${namespace} get deployment skipper -o jsonpath='{.spec.template.spec.containers[0].args}'
  kubectl -n ${namespace} patch rsc ${name} --type=merge -p '{"spec":{"mode":"False"}}'`);
}

/** Takes the fleet off a cluster, whether this demo or one before it brought it there. */
async function clean(cluster: Cluster): Promise<void> {
  const gone = ['--ignore-not-found', '--wait', '--timeout=120s'];
  await kubectl(cluster, ['delete', 'routeserverconfig', name, '-n', namespace, ...gone]).catch(() => undefined);
  await kubectl(cluster, ['delete', 'namespace', namespace, ...gone]);
}

async function run(): Promise<boolean> {
  const cluster = options.context === undefined ? await bootNode({ name: 'demo' }) : await useContext(options.context);
  try {
    await clean(cluster);
    await setStage(cluster);
    const end = await tellStory(cluster);
    summarise(end);
    return end.traffic.failed === 0;
  } finally {
    await leave(cluster);
  }
}

/** Leaves nothing running, unless it is to be looked at. Definitions stay on a borrowed cluster: others may use them. */
async function leave(cluster: Cluster): Promise<void> {
  if (options.keep !== undefined) {
    showAround(cluster);
  } else if (options.context === undefined) {
    await cluster.stop();
  } else {
    say(`Taking the fleet and the operator off ${cluster.name} again`);
    await clean(cluster);
    await uninstallOperator(cluster);
  }
}

try {
  process.exitCode = (await run()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof TestBedError)) throw error;
  say(`The demo ended early: ${error.message}`);
  say(`The operator's log: kubectl -n ${operatorNamespace} logs deployment/routesrv-operator`);
  process.exitCode = 1;
}
