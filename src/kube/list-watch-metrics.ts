/**
 * Gets what happens to list-watches; gives metrics per kind.
 */
import type { Metrics } from '../telemetry/index.ts';
import type { Difference } from './store.ts';

/** What a list-watch reports. */
export interface ListWatchMeter {
  event(type: string): void;
  /** A connection or list ended; `reason` is `end` or a KubeError's reason. */
  restart(reason: string): void;
  /** An event with a version that was seen and replaced before. */
  replayed(): void;
  undecodable(): void;
  /** What a relist found that the watch had not said. Anything above 0 is worth an alert. */
  missed(difference: Difference): void;
}

/** A meter for the list-watches of `kind`; without `metrics` it counts nothing. */
export function meterListWatch(metrics: Metrics | undefined, kind: string): ListWatchMeter {
  const count = (name: string, help: string, label?: string): ((value?: string, by?: number) => void) => {
    const labels = label === undefined ? ['kind'] : ['kind', label];
    const counter = metrics?.counter<string>({ name: `kube_${name}_total`, help, labels });
    return (value = '', by = 1) => counter?.inc(label === undefined ? { kind } : { kind, [label]: value }, by);
  };
  const missed = count('relist_missed', 'Changes that a relist found and the watch had not said.', 'change');
  return {
    event: count('watch_events', 'Events of watches.', 'type'),
    restart: count('watch_restarts', 'Ends of lists and watches, by what ended them.', 'reason'),
    replayed: count('watch_replayed', 'Events that told of a version already replaced; they are ignored.'),
    undecodable: count('undecodable', 'Objects that could not be decoded and were skipped.'),
    missed: (difference) => {
      missed('added', difference.added);
      missed('changed', difference.changed);
      missed('deleted', difference.deleted);
    },
  };
}
