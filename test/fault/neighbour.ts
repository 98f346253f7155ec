/**
 * Gets a bad road; gives a good Ingress on it, whose changes must be served whatever is beside it, and the count of
 * problems.
 */
import { until } from '../harness/wait.ts';
import { workload } from '../integration/routeserver/manifests.ts';
import type { BadRoad } from './bad-road.ts';
import { backendOf } from './malformed-objects.ts';

const deadlineMs = 60_000;

/** An application that has done nothing wrong. */
export class Neighbour {
  readonly #road: BadRoad;
  readonly #seed: number;
  #version = 0;

  constructor(road: BadRoad, seed: number) {
    this.#road = road;
    this.#seed = seed;
  }

  /** Puts its workload into the cluster. */
  async moveIn(): Promise<void> {
    await this.#road.apply(...workload('good'));
  }

  /** Whatever came before, it was read by the time that this change is in the table. */
  async nextChangeIsServed(after: string): Promise<void> {
    this.#version++;
    const road = this.#road;
    await road.putRaw('Ingress', 'good', this.#ingress());
    const explain = () => Promise.resolve(road.logged.slice(-10).join(''));
    await until(
      { what: `a good Ingress to be served after ${after} (FAULT_SEED=${this.#seed})`, deadlineMs, explain },
      async () => (await road.served()).includes(`setPath("/${this.#version}")`),
    );
  }

  /** How many problems are counted now. */
  async problems(): Promise<number> {
    const counts = (await this.#road.metrics()).split('\n').filter((line) => line.startsWith('routesrv_problems{'));
    return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  #ingress(): object {
    const path = { path: '/', pathType: 'Prefix', backend: backendOf('good', 80) };
    return {
      metadata: { annotations: { 'zalando.org/skipper-filter': `setPath("/${this.#version}")` } },
      spec: { rules: [{ host: 'good.example.org', http: { paths: [path] } }] },
    };
  }
}
