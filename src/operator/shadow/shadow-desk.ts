/** Gets what each pass saw, keeps one shadow watch per config that shall be compared, and gives its verdict. */
import { parseDuration, type RouteServerConfig } from '../../api/index.ts';
import type { Observation, Phase } from '../../rollout/index.ts';
import type { Settlement } from '../../shadow/index.ts';
import type { Sighting } from '../observe.ts';
import { WatchBook } from '../watch-book.ts';
import { peersOf } from './peers.ts';
import { ShadowWatch, type ShadowPlan, type ShadowWatchParts } from './shadow-watch.ts';

/** Most samples that status keeps of a comparison. */
const maxSamples = 10;

export class ShadowDesk {
  readonly #parts: Omit<ShadowWatchParts, 'onChange'>;
  readonly #onChange: (key: string) => void;
  readonly #watches = new WatchBook<ShadowWatch>();

  /** @param onChange told of the config whose verdict or evidence changed */
  constructor(parts: Omit<ShadowWatchParts, 'onChange'>, onChange: (key: string) => void) {
    this.#parts = parts;
    this.#onChange = onChange;
  }

  /** The verdict about a config; `undefined` until this process has compared. */
  settlementOf(key: string): Settlement | undefined {
    return this.#watches.find(key)?.settlement;
  }

  /** `FleetSeen.movedTemplate` under which the tables of a config have last agreed. */
  provenTemplateOf(key: string): string | undefined {
    return this.#watches.find(key)?.provenTemplate;
  }

  /** Compares from now on what `seen` shows, or stops when nothing is to be compared in this phase. */
  follow(key: string, seen: Sighting, phase: Phase): void {
    if (phase === 'Off' || phase === 'Removing' || phase === 'Starting') {
      // A route server that is away for a moment leaves the watch as it is: its clock decides, not ours.
      if (phase !== 'Starting') this.forget(key);
      return;
    }
    this.#watches.open(key, () => this.#begin(key, seen.config))?.follow(planOf(seen));
  }

  forget(key: string): void {
    this.#watches.forget(key);
  }

  /** Ends all comparisons, for good. */
  stop(): void {
    this.#watches.stop();
  }

  #begin(key: string, config: RouteServerConfig): ShadowWatch {
    const onChange = (): void => {
      this.#onChange(key);
    };
    return new ShadowWatch({ ...this.#parts, onChange }, remembered(config));
  }
}

/** What the process before this one had settled: its time goes on counting if our first look confirms it. */
function remembered({ status }: RouteServerConfig): Settlement | undefined {
  if (status?.shadow === undefined) return undefined;
  const { verdict, since, checks } = status.shadow;
  return { verdict, sinceMs: Date.parse(since), pending: {}, checks: checks ?? 0 };
}

function planOf({ config, pods, sentinelPods, target, observation }: Sighting): ShadowPlan {
  const { shadow, skipper } = config.spec;
  const at = { target, port: skipper.supportPort };
  const fedSentinels = peersOf(sentinelPods, 'routeServer', at);
  // A moved Skipper that lags behind says nothing about the route server's table.
  const lagging = new Set(observation.fleet?.convergence?.lagging.map(({ pod }) => pod));
  const moved = peersOf(pods, 'routeServer', at).filter(({ pod }) => !lagging.has(pod));
  return {
    direct: [...peersOf(pods, 'direct', at), ...peersOf(sentinelPods, 'direct', at)],
    fed: fedSentinels.length > 0 ? fedSentinels : moved,
    intervalMs: parseDuration(shadow.interval),
    samples: shadow.samples,
    options: { tolerate: shadow.tolerate, maxSamples },
    template: templateOf(observation),
    nextTemplate: observation.fleet?.movedTemplate,
  };
}

/** The template by which all runs that is compared or that serves it. */
function templateOf({ fleet, routeServer, sentinels }: Observation): string | undefined {
  const isCurrent = [sentinels.fed, sentinels.direct].every(({ present, current }) => !present || current);
  return fleet?.rolledOut === true && routeServer.rolledOut && isCurrent ? fleet.movedTemplate : undefined;
}
