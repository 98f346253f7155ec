/**
 * The words of the end-to-end tests: a stage with a real fleet under traffic, what a person does on it, and what must
 * be seen. Each step is printed with its time, so that a run reads as a story.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { RouteServerConfig, RouteServerConfigStatus } from '../../../src/api/index.ts';
import { runProgram } from '../../integration/cli/program.ts';
import { bootNode, images, kubectl, type BootedCluster } from '../../harness/index.ts';
import {
  apply,
  eventually,
  get,
  installOperator,
  installRouteGroups,
  operatorNamespace,
  raiseFleet,
  startTraffic,
  trafficStats,
  type Manifest,
  type StageOptions,
} from '../../harness/scenario/index.ts';

export const namespace = 'shop';
export const configName = 'ingress';
const minuteMs = 60_000;
const atOnce = ['--force', '--grace-period=0', '--wait=false'];

export type Spec = Readonly<Record<string, unknown>>;
type Deployment = Readonly<{
  metadata: { annotations?: Record<string, string>; generation: number };
  spec: { template: { spec: { containers: readonly { args?: readonly string[] }[] } } };
}>;

/** An Event as the operator wrote it, and how often it came to that. */
export interface Told {
  /** RFC 3339 with microseconds, of the first time and of the last. */
  readonly time: string;
  readonly lastTime: string;
  readonly action: string;
  readonly reason: string;
  readonly note: string;
  readonly count: number;
}
interface WrittenEvent extends Omit<Told, 'time' | 'lastTime' | 'count'> {
  readonly eventTime: string;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
}

/** The message of a condition that stands as `expected`, given as `Type Status Reason`; `undefined` when it does not. */
export function messageOf({ conditions = [] }: RouteServerConfigStatus, expected: string): string | undefined {
  return conditions.find(({ type, status, reason }) => `${type} ${status} ${reason}` === expected)?.message;
}

/** The fields of a config that scenarios do not vary: quick intervals, no field that this version would not act on. */
const calmSpec = {
  skipper: { deploymentRef: { name: 'skipper' } },
  shadow: { interval: '5s' },
  rollout: { steps: [100], inSyncFor: '3s', bake: '1m' },
  fallback: { enabled: false },
};

export class Play {
  readonly cluster: BootedCluster;
  readonly images: StageOptions['images'];
  readonly #t: TestContext;
  readonly #startedAt = performance.now();

  constructor(t: TestContext, cluster: BootedCluster, of: StageOptions['images']) {
    this.#t = t;
    this.cluster = cluster;
    this.images = of;
  }

  /** Prints a step of the story. */
  say(text: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    this.#t.diagnostic(`${seconds.padStart(6)} s  ${text}`);
  }

  async personSets(spec: Spec): Promise<void> {
    // Of a whole file it is enough to know that it is there.
    const shortened = (_field: string, value: unknown): unknown =>
      typeof value === 'string' && value.includes('\n') ? '…' : value;
    this.say(`person sets ${JSON.stringify(spec, shortened)}`);
    const manifest: Manifest = {
      apiVersion: 'routesrv.dev/v1alpha1',
      kind: 'RouteServerConfig',
      metadata: { name: configName, namespace },
      spec: { ...calmSpec, ...spec },
    };
    await apply(this.cluster, [manifest]);
  }

  async personDeletes(): Promise<void> {
    this.say('person deletes the RouteServerConfig');
    await kubectl(this.cluster, ['-n', namespace, 'delete', 'rsc', configName, '--wait=false']);
  }

  async config(): Promise<RouteServerConfig | undefined> {
    return get<RouteServerConfig>(this.cluster, ['rsc', configName, '-n', namespace]);
  }

  /** Waits until the operator has written a status about the newest spec that `isReached`. */
  async statusShows(
    what: string,
    isReached: (status: RouteServerConfigStatus) => boolean,
  ): Promise<RouteServerConfigStatus> {
    let last: RouteServerConfigStatus | undefined;
    const explain = (): Promise<string> => Promise.resolve(`last status: ${JSON.stringify(last, null, 1)}`);
    const status = await eventually({ what, deadlineMs: 4 * minuteMs, explain }, async () => {
      const config = await this.config();
      last = config?.status;
      const isCurrent = last?.observedGeneration === config?.metadata.generation;
      return last !== undefined && isCurrent && isReached(last) ? last : undefined;
    });
    this.say(`status shows ${what}`);
    return status;
  }

  phaseIs(phase: string): Promise<RouteServerConfigStatus> {
    return this.statusShows(`phase ${phase}`, (status) => status.phase === phase);
  }

  /**
   * A person asks in what the two Skippers differ that the operator compares, with the program as it is installed.
   * @returns what it printed
   */
  async personDiffs(code: 0 | 1, ...more: readonly string[]): Promise<string> {
    const where = ['--config', configName, '-n', namespace, '--kubeconfig', this.cluster.kubeconfigPath];
    const given = await runProgram(['diff', ...where, ...more]);
    this.say(`kubectl-routesrv diff: ${given.stdout.trim()}${given.stderr}`);
    assert.deepEqual([given.code, given.stderr], [code, '']);
    return given.stdout;
  }

  /** Waits until every Skipper polls again, and nothing more happens before a person has acknowledged that. */
  hasFallenBack(skippers: number): Promise<RouteServerConfigStatus> {
    return this.statusShows('that every Skipper polls again', (status) => {
      const { direct, routeServer } = status.skippers ?? {};
      return messageOf(status, 'Stalled True FallenBack') !== undefined && direct === skippers && routeServer === 0;
    });
  }

  async personAcknowledges({ fallback }: RouteServerConfigStatus): Promise<void> {
    this.say('person acknowledges the fallback');
    const annotation = `routesrv.dev/acknowledged-fallback=${fallback?.since ?? ''}`;
    await kubectl(this.cluster, ['-n', namespace, 'annotate', '--overwrite', 'rsc', configName, annotation]);
  }

  /** Waits until the object is gone, and with it everything that was made for it. */
  async configIsGone(): Promise<void> {
    await eventually({ what: 'the config to be gone', deadlineMs: 3 * minuteMs }, async () => {
      return (await this.config()) === undefined;
    });
    this.say('the config is gone');
  }

  async nothingOfOursIsLeft(): Promise<void> {
    const kinds = 'deployment,service,configmap,poddisruptionbudget,serviceaccount,pod';
    const selector = ['-l', 'routesrv.dev/config', '-o', 'name'];
    await eventually({ what: 'everything that was made to be removed', deadlineMs: minuteMs }, async () => {
      const local = await kubectl(this.cluster, ['-n', namespace, 'get', kinds, ...selector]);
      const global = await kubectl(this.cluster, ['get', 'clusterrolebinding', ...selector]);
      return local.trim() === '' && global.trim() === '';
    });
    this.say('nothing of ours is left');
  }

  async skipper(): Promise<Deployment> {
    const found = await get<Deployment>(this.cluster, ['deployment', 'skipper', '-n', namespace]);
    assert.ok(found, 'the Skipper Deployment is there');
    return found;
  }

  /** Waits for the Skipper without traffic that is compared when all others read from the route server. */
  async directSentinelIsReady(): Promise<void> {
    await eventually({ what: 'a direct sentinel that is ready', deadlineMs: 2 * minuteMs }, async () => {
      const name = `${configName}-direct-sentinel`;
      const found = await get<{ status?: { readyReplicas?: number } }>(this.cluster, [
        'deployment',
        name,
        '-n',
        namespace,
      ]);
      return found?.status?.readyReplicas === 1;
    });
  }

  async skipperArgs(): Promise<readonly string[]> {
    return (await this.skipper()).spec.template.spec.containers[0]?.args ?? [];
  }

  /** Runs `change` and what follows under traffic; every request of it must have been answered. */
  async noRequestFailed(): Promise<void> {
    const { sent, failed, failures } = await trafficStats(this.cluster, namespace);
    if (failed > 0) await this.#tellWhatSkippersLogged();
    assert.deepEqual(failures, [], 'requests failed');
    assert.equal(failed, 0);
    assert.ok(sent > 100, `the traffic ran: ${sent} requests`);
    this.say(`${sent} requests, none failed`);
  }

  /** Prints the newest errors and failed requests of each Skipper that runs. */
  async #tellWhatSkippersLogged(): Promise<void> {
    const logs = await kubectl(this.cluster, [
      ...['-n', namespace, 'logs', '-l', 'app=skipper', '--prefix', '--tail=-1', '--max-log-requests=50'],
    ]);
    const isTrouble = (line: string): boolean => /level=error|" 50\d /.test(line);
    for (const line of logs.split('\n').filter(isTrouble).slice(-100)) this.#t.diagnostic(line);
  }

  /** Who has written the objects that belong to users: kubectl alone. */
  async usersObjectsAreUntouched(): Promise<void> {
    const list = await get<{ items: readonly { metadata: { managedFields: readonly { manager: string }[] } }[] }>(
      this.cluster,
      ['ingress,routegroup', '-n', namespace, '--show-managed-fields'],
    );
    const managers = new Set(
      list?.items.flatMap(({ metadata }) => metadata.managedFields.map(({ manager }) => manager)),
    );
    assert.deepEqual([...managers], ['kubectl']);
  }

  /** SIGKILLs the operator's only pod; its Deployment starts another. */
  async killOperator(): Promise<void> {
    this.say('the operator is killed');
    await this.#killPods(operatorNamespace, 'app.kubernetes.io/name=routesrv-operator');
  }

  /** SIGKILLs one of the two route servers. */
  async killARouteServer(): Promise<void> {
    this.say('a route server is killed');
    const selector = `routesrv.dev/config=${configName},app.kubernetes.io/component=route-server`;
    const names = await kubectl(this.cluster, ['-n', namespace, 'get', 'pods', '-l', selector, '-o', 'name']);
    const [first = ''] = names.trim().split('\n');
    if (first !== '') await kubectl(this.cluster, ['-n', namespace, 'delete', first, ...atOnce]);
  }

  /** SIGKILLs the API server and starts it again. */
  async killApiServer(): Promise<void> {
    this.say('the API server is killed, and started again');
    const apiServer = this.cluster.program('kube-apiserver');
    await apiServer.crash();
    await apiServer.start();
    await this.cluster.ready();
  }

  async #killPods(ns: string, selector: string): Promise<void> {
    await kubectl(this.cluster, ['-n', ns, 'delete', 'pods', '-l', selector, ...atOnce]);
  }

  /** What the operator told about the config while it worked, in order. */
  async events(): Promise<readonly Told[]> {
    const filter = ['--field-selector', 'regarding.kind=RouteServerConfig'];
    const list = await get<{ items: readonly WrittenEvent[] }>(this.cluster, [
      ...['events.events.k8s.io', '-n', namespace],
      ...filter,
    ]);
    return (list?.items ?? [])
      .map(({ eventTime, action, reason, note, series }) => ({
        ...{ time: eventTime, lastTime: series?.lastObservedTime ?? eventTime, action, reason, note },
        count: series?.count ?? 1,
      }))
      .toSorted((one, other) => one.time.localeCompare(other.time));
  }

  /** Prints the Events of the config, each with its time and the phase or condition; none may be told twice. */
  async tellEvents(): Promise<void> {
    const events = await this.events();
    for (const { time, lastTime, action, reason, note, count } of events) {
      const again = count > 1 ? `, ${count} times until ${clock(lastTime)}` : '';
      this.#t.diagnostic(`event  ${clock(time)}  ${action}  ${reason}: ${note}${again}`);
    }
    const twins = events.filter((event) => events.some((other) => other !== event && isTwin(event, other)));
    assert.deepEqual(twins, [], 'an Event was told twice');
  }
}

/** No pass takes less time: what is told twice within it was told by one, under its phase and under a condition. */
const passMs = 20;
const isTwin = (one: Told, other: Told): boolean =>
  one.reason === other.reason &&
  one.note === other.note &&
  Math.abs(Date.parse(one.time) - Date.parse(other.time)) < passMs;

/** Of a time in RFC 3339: hours, minutes and seconds. */
const clock = (time: string): string => time.slice(11, 19);

/** A node of its own with operator, fleet and traffic; taken down when the test ends. */
export async function aFleetOf(
  t: TestContext,
  skippers: number,
  special: Pick<StageOptions, 'trafficTo'> = {},
): Promise<Play> {
  const cluster = await bootNode({ name: 'e2e', lifetime: 'ephemeral' });
  t.after(() => cluster.stop());
  const loaded = {
    skipper: await images.load(cluster, 'skipper'),
    routesrv: await images.load(cluster, 'routesrv-dev'),
  };
  const play = new Play(t, cluster, loaded);
  const stage: StageOptions = { namespace, images: loaded, skippers, requestsPerSecond: 50, ...special };
  await installRouteGroups(cluster);
  await installOperator(cluster, loaded.routesrv);
  await raiseFleet(cluster, stage);
  await startTraffic(cluster, stage);
  play.say(`a fleet of ${skippers} Skippers is under traffic`);
  return play;
}
