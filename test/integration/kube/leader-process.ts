/**
 * A process that wants to lead and writes without pause while it does, for the test that stops it with SIGSTOP.
 * Gets a kubeconfig and its identity as arguments; says `leads` when it leads and `lost` when it no longer does.
 */
import { randomUUID } from 'node:crypto';
import { KubeClient, LeaderElection, kinds, loadKubeConfig } from '../../../src/kube/index.ts';
import { systemClock } from '../../../src/runtime/index.ts';
import { createLogger } from '../../../src/telemetry/index.ts';

const [kubeconfig = '', identity = ''] = process.argv.slice(2);
const client = new KubeClient({ config: loadKubeConfig({ kubeconfig }), userAgent: identity });
const election = new LeaderElection({
  client,
  clock: systemClock,
  log: createLogger({ name: identity, level: 'silent' }),
  lease: { namespace: 'default', name: 'stopped' },
  identity,
  leaseMs: 3_000,
  renewDeadlineMs: 2_000,
  retryMs: 300,
  onElected: () => {
    process.stdout.write('leads\n');
    for (let n = 0; n < 4; n += 1) void write();
  },
  onLost: () => {
    process.stdout.write('lost\n');
  },
});
const guarded = client.guardedBy(election.writeGuard());

/** Writes for ever: also after the lease was lost, as code that has not heard of it would. */
async function write(): Promise<void> {
  for (;;) {
    const body = { data: { writer: identity, nonce: randomUUID() } };
    const key = { namespace: 'default', name: 'written' };
    await guarded.patch(kinds.ConfigMap, key, { type: 'merge', body }).catch(() => systemClock.sleep(5));
  }
}

election.start();
