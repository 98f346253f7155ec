/**
 * Gets a control plane; gives a stage for the operator: a kubelet that is played, Skippers and route servers that answer
 * over real connections, operators that can be started and killed, and time that runs ten times as fast.
 */
import { KubeClient, kinds, type ClusterConfig } from '../../../src/kube/index.ts';
import { httpProbe } from '../../../src/operator/probe.ts';
import { RouteServerOperator } from '../../../src/operator/operator.ts';
import { SupportListeners } from '../../../src/operator/shadow/support-listeners.test-support.ts';
import type { Clock } from '../../../src/runtime/index.ts';
import { createMetrics, type Metrics } from '../../../src/telemetry/index.ts';
import { hurriedClock } from '../../harness/faulty-api/index.ts';
import { until } from '../../harness/wait.ts';
import { breakGround, withCrd, type Ground } from '../kube/ground.ts';
import { Fleet, skipperDeployment } from './fleet.ts';
import { Kubelet } from './kubelet.ts';

/** An operator that runs in this process. */
export interface RunningOperator {
  readonly operator: RouteServerOperator;
  readonly metrics: Metrics;
  /** Tries to write, refused ones included. */
  readonly writes: () => number;
  /** Whether it was cut off from the API server. */
  readonly isDead: () => boolean;
  /** Passes that have ended. */
  readonly passes: () => Promise<number>;
  /** Ends it as SIGTERM does: what is under way is finished, and what is to be told is told. */
  stop(): Promise<void>;
  /** Ends it without a chance to finish what it does. */
  kill(): Promise<void>;
}

export interface OperatorShape {
  /** With whose rights it acts; the administrator's unless told otherwise. */
  readonly account?: { readonly config: ClusterConfig; readonly routeServerClusterRole: string };
  readonly tier?: string;
  /** The operator is cut off from the API server after this many writes, as if it had died. */
  readonly diesAfterWrites?: number;
  /** Cut off in the same way when it would tell its first Event, which is after the write of a status. */
  readonly diesUntold?: boolean;
}

export class Stage {
  readonly ground: Ground;
  readonly listeners: SupportListeners;
  readonly kubelet: Kubelet;
  /** Shared by all operators of a stage, so that the time in status runs on from one to the next. */
  readonly clock: Clock = hurriedClock(10);
  readonly #operators = new Set<RunningOperator>();
  #fleets = 0;

  private constructor(ground: Ground, listeners: SupportListeners) {
    this.ground = ground;
    this.listeners = listeners;
    this.kubelet = new Kubelet(ground.client, listeners, ground.log);
  }

  /** @param apiServerArgs more flags for kube-apiserver */
  static async open(name: string, apiServerArgs: readonly string[] = []): Promise<Stage> {
    const ground = await withCrd(await breakGround(name, apiServerArgs));
    const stage = new Stage(ground, await SupportListeners.start());
    await stage.kubelet.start();
    return stage;
  }

  async close(): Promise<void> {
    await this.killOperators();
    await this.kubelet.stop();
    await this.listeners.stop();
    await this.ground.stop();
  }

  async killOperators(): Promise<void> {
    for (const operator of [...this.#operators]) await operator.kill();
  }

  /** A namespace with a Skipper fleet of two. */
  async aFleet(args?: readonly string[]): Promise<Fleet> {
    const fleet = await this.anEmptyNamespace();
    await fleet.deploys(skipperDeployment(fleet.namespace, args));
    return fleet;
  }

  async anEmptyNamespace(): Promise<Fleet> {
    this.#fleets += 1;
    const fleet = new Fleet(this.ground, `shop-${this.#fleets}`);
    await this.ground.client.create(kinds.Namespace, { metadata: { name: fleet.namespace } });
    return fleet;
  }

  async startOperator(shape: OperatorShape = {}): Promise<RunningOperator> {
    const { log } = this.ground;
    const { config = this.ground.config, routeServerClusterRole = 'routesrv-route-server' } = shape.account ?? {};
    const metrics = createMetrics({ process: false });
    const death = new AbortController();
    let writes = 0;
    const client = new MortalClient({
      onEvent: () => {
        if (shape.diesUntold === true) death.abort();
      },
      config,
      userAgent: 'routesrv-operator',
      guard: {
        signal: death.signal,
        check: () => {
          writes += 1;
          if (death.signal.aborted) throw new Error('the operator is dead');
          if (writes > (shape.diesAfterWrites ?? Infinity)) throw new Error('the operator is dead');
        },
      },
    });
    const operator = new RouteServerOperator({
      ...{ config, client, log, metrics, clock: this.clock, concurrency: 4, namespace: undefined, instance: 'one' },
      probe: httpProbe(this.listeners.dispatcher),
      dispatcher: this.listeners.dispatcher,
      settings: { tier: shape.tier, defaultImage: 'routesrv:test', routeServerClusterRole },
    });
    const running: RunningOperator = {
      operator,
      metrics,
      writes: () => writes,
      isDead: () => death.signal.aborted,
      passes: async () => {
        const counts = [...(await metrics.render()).matchAll(/^reconcile_seconds_count\S* (\d+)$/gm)];
        return counts.reduce((sum, [, count]) => sum + Number(count), 0);
      },
      stop: async () => {
        this.#operators.delete(running);
        // Half a minute for a person: the deadline is one of the hurried clock.
        if (!(await operator.drain(300_000))) throw new Error('the operator did not come to an end');
      },
      kill: async () => {
        this.#operators.delete(running);
        death.abort();
        await operator.drain(0);
      },
    };
    this.#operators.add(running);
    await operator.start();
    return running;
  }
}

class MortalClient extends KubeClient {
  readonly #onEvent: () => void;

  constructor({ onEvent, ...options }: ConstructorParameters<typeof KubeClient>[0] & { readonly onEvent: () => void }) {
    super(options);
    this.#onEvent = onEvent;
  }

  override create(...args: Parameters<KubeClient['create']>): ReturnType<KubeClient['create']> {
    if (args[0] === kinds.Event) this.#onEvent();
    return super.create(...args);
  }
}

/** Waits until the operator has nothing more to write about this fleet. */
export async function comesToRest({ writes }: RunningOperator, fleet: Fleet): Promise<void> {
  let [version, since] = ['', 0];
  await until({ what: 'the operator to come to rest', deadlineMs: 40_000, intervalMs: 100 }, async () => {
    const now = `${(await fleet.config())?.metadata.resourceVersion ?? ''} ${writes()}`;
    since = now === version ? since + 1 : 0;
    version = now;
    return since >= 5;
  });
}
