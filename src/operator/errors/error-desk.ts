/** Gets what each pass saw; counts errors of configs that have both moved and direct Skippers, and gives the counts. */
import { parseDuration } from '../../api/index.ts';
import type { ErrorsSeen } from '../../rollout/index.ts';
import type { Sighting } from '../observe.ts';
import { peersOf } from '../shadow/peers.ts';
import { WatchBook } from '../watch-book.ts';
import { ErrorWatch, type ErrorPlan, type ErrorWatchParts } from './error-watch.ts';

export class ErrorDesk {
  readonly #parts: Omit<ErrorWatchParts, 'onChange'>;
  readonly #onChange: (key: string) => void;
  readonly #watches = new WatchBook<ErrorWatch>();

  /** @param onChange told of the config of which something new was counted */
  constructor(parts: Omit<ErrorWatchParts, 'onChange'>, onChange: (key: string) => void) {
    this.#parts = parts;
    this.#onChange = onChange;
  }

  /** `undefined` while not both kinds serve, and when their metrics cannot be read. */
  errorsOf(key: string): ErrorsSeen | undefined {
    return this.#watches.find(key)?.seen;
  }

  /** Both kinds serve, and the metrics of one cannot be read. */
  isUnreadable(key: string): boolean {
    return this.#watches.find(key)?.isUnreadable ?? false;
  }

  follow(key: string, seen: Sighting): void {
    const plan = planOf(seen);
    if (plan.moved.length === 0 || plan.direct.length === 0) {
      this.forget(key);
      return;
    }
    const onChange = (): void => {
      this.#onChange(key);
    };
    this.#watches.open(key, () => new ErrorWatch({ ...this.#parts, onChange }))?.follow(plan);
  }

  forget(key: string): void {
    this.#watches.forget(key);
  }

  stop(): void {
    this.#watches.stop();
  }
}

function planOf({ config, pods, target, observation }: Sighting): ErrorPlan {
  const { shadow, skipper } = config.spec;
  const at = { target, port: skipper.supportPort };
  const { soak } = observation.remembered;
  return {
    moved: peersOf(pods, 'routeServer', at),
    direct: peersOf(pods, 'direct', at),
    step: soak === undefined ? '' : `${soak.step} ${soak.sinceMs}`,
    lookEveryMs: parseDuration(shadow.interval),
  };
}
