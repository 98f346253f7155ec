/** Gets an operator, gives what its probes ask: alive while its loops make progress, ready when it can act or waits for its turn. */
import type { LeaderElection } from '../kube/index.ts';
import { Health, type Clock } from '../runtime/index.ts';
import type { RouteServerOperator } from './operator.ts';

/** A watch brings a bookmark about every minute and is cut when silent; the lease is asked about every two seconds. */
const silentForMs = 5 * 60_000;
/** A pass takes seconds; one that takes this long hangs. */
const passTakesMs = 5 * 60_000;

export function healthOf(operator: RouteServerOperator, election: LeaderElection | undefined, clock: Clock): Health {
  const health = new Health(clock);
  if (election !== undefined) health.requireProgress('lease', silentForMs, () => election.lastProgressAt);
  health.requireLive('watches', () => {
    const silent = operator.watches().filter(({ lastProgressAt }) => clock.now() - lastProgressAt > silentForMs);
    return silent.length === 0 ? { ok: true } : { ok: false, message: silent.map(({ name }) => name).join(', ') };
  });
  health.requireLive('queue', () => {
    const { oldestAgeMs } = operator.queueStats();
    return oldestAgeMs <= passTakesMs ? { ok: true } : { ok: false, message: `a pass has hung for ${oldestAgeMs} ms` };
  });
  // A replica that waits for the lease has no watches yet, and is as ready as it can be.
  health.requireReady('first lists', () => {
    const waiting = operator.watches().filter(({ synced }) => !synced);
    return waiting.length === 0 ? { ok: true } : { ok: false, message: waiting.map(({ name }) => name).join(', ') };
  });
  return health;
}
