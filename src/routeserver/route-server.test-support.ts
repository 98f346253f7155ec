/** Gets flags; gives a route server whose source a test speaks for, over real sockets. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { readFlags } from '../compile/index.ts';
import { systemClock } from '../runtime/index.ts';
import type { Clock } from '../runtime/index.ts';
import { createLogger, createMetrics } from '../telemetry/index.ts';
import { metricsPrefix } from './metrics.ts';
import { routeServerOptions } from './options.ts';
import { RouteServer } from './route-server.ts';
import type { Changes, KindState, Source } from './source/changes.ts';

/** A cluster without objects: its table has the three routes of the health check. */
export const nothing: Changes = { isWhole: true, kinds: [], objects: [], undecodable: [] };

/** A source that a test speaks for. */
class ToldSource implements Source {
  #changes: Changes | undefined;
  #onChange: () => void = () => undefined;

  start(onChange: () => void): void {
    this.#onChange = onChange;
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  takeChanges(): Changes | undefined {
    return this.#changes;
  }

  ageMs(): number | undefined {
    return this.#changes === undefined ? undefined : 1_500;
  }

  states(): readonly KindState[] {
    return [
      { kind: 'ingresses', state: 'listed', objects: 7, ageMs: 1_500 },
      { kind: 'routeGroups', state: 'absent', objects: 0, ageMs: undefined },
      { kind: 'services', state: 'waiting', objects: 0, ageMs: undefined },
    ];
  }

  listedFromNow(): () => boolean {
    return () => false;
  }

  tell(changes: Changes | undefined): void {
    this.#changes = changes;
    this.#onChange();
  }
}

export async function aServer(t: TestContext, args: readonly string[] = [], clock: Clock = systemClock) {
  const paces = ['-publish-interval=1ms', '-wait-for-healthcheck-interval=0s', '-serving-threads=0'];
  const flags = ['-kubernetes', '-address=127.0.0.1:0', '-support-listener=', ...paces, ...args];
  const { options, problems } = routeServerOptions(readFlags(flags, () => '').values, {});
  assert.deepEqual(problems, []);
  const source = new ToldSource();
  const metrics = createMetrics({ prefix: metricsPrefix, process: false });
  const logged: string[] = [];
  let wake = (): void => undefined;
  const write = (line: string): void => {
    logged.push(line);
    wake();
  };
  const log = createLogger({ name: 'test', level: 'info', destination: { write } });
  let firstTables = 0;
  const onFirstTable = (): unknown => firstTables++;
  const server = new RouteServer({ options, source, clock, log, metrics, onFirstTable });
  const components = server.components();
  const { signal } = new AbortController();
  // What could not start leaves nothing open.
  const stop = async (deadline: AbortSignal): Promise<void> => {
    for (const component of components.toReversed()) await component.stop?.(deadline);
  };
  t.after(() => stop(AbortSignal.abort()));
  for (const component of components) await component.start?.(signal);
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        if (logged.some((line) => line.includes(text))) resolve();
      };
      wake();
    });
  return { server, source, metrics, said, stop, logged, firstTables: () => firstTables };
}
