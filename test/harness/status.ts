/** What `cluster status` says about an instance. */
import { kubeconfigOf } from './control-plane/access.ts';
import { examine, isHealthy } from './health.ts';
import type { Health } from './health.ts';
import { findOngoingWork } from './instance/registry.ts';
import type { Instance } from './instance/registry.ts';
import { isAlive } from './processes/identity.ts';

/** One paragraph: a verdict, and below it what it rests on. */
export async function describeInstance(instance: Instance): Promise<string> {
  const health = await examine(instance);
  const lines = [
    `${instance.id} (${instance.level}): ${findOngoingWork(instance) ?? verdict(instance, health)}`,
    `  folder      ${instance.folder}`,
    `  kubeconfig  ${kubeconfigOf(instance)}`,
  ];
  if (health.running.length > 0) lines.push(`  running     ${health.running.join(', ')}`);
  if (health.running.length > 0 && health.notRunning.length > 0) {
    lines.push(`  not running ${health.notRunning.join(', ')}`);
  }
  if (instance.owner && !isAlive(instance.owner))
    lines.push('  abandoned   its test has ended; "down --all" removes it');
  return lines.join('\n');
}

/** In a few words, the first thing that is wrong. */
export function verdict(instance: Instance, health: Health): string {
  if (isHealthy(instance, health)) return 'up';
  if (health.running.length === 0) return 'down';
  if (health.notRunning.length > 0) return `broken: ${health.notRunning.join(', ')} not running ("up" repairs it)`;
  return health.isApiServerReady ? 'not ready: its node does not answer' : 'not ready: its API server does not answer';
}
