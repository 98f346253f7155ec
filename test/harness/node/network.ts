/**
 * The cable between this machine and a node: a pair of virtual interfaces, and routes to the pods and Services.
 * Nothing is forwarded or translated on this machine: its own sysctls and firewall tables stay as they are.
 */
import { shortHash } from '../files.ts';
import { networksOf } from '../instance/addresses.ts';
import type { Instance } from '../instance/registry.ts';
import { run, runOrThrow, which } from '../processes/run.ts';
import type { Enclosure } from './enclosure.ts';

/**
 * The name of this machine's end (15 characters at most); the folder tells instances apart also where several caches
 * are in use. The other end, and with it the routes, go when either end goes.
 */
export const cableOf = ({ folder }: Instance): string => `rsrv${shortHash(folder).slice(0, 10)}`;

/** Connects the enclosure; a cable of that name that a dead instance left is replaced. */
export async function connect(enclosure: Enclosure, instance: Instance): Promise<void> {
  const ip = (...args: string[]): Promise<string> => runOrThrow(which('ip') ?? 'ip', args);
  const networks = networksOf(instance.index);
  const cable = cableOf(instance);
  await disconnect(instance);
  await ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(enclosure.pid));
  await ip('address', 'add', `${networks.hostAddress}/30`, 'dev', cable);
  await ip('link', 'set', cable, 'up');
  await enclosure.run('ip', 'link', 'set', 'lo', 'up');
  await enclosure.run('ip', 'address', 'add', `${networks.nodeAddress}/30`, 'dev', 'eth0');
  await enclosure.run('ip', 'link', 'set', 'eth0', 'up');
  await enclosure.run('ip', 'route', 'add', 'default', 'via', networks.hostAddress);
  await enclosure.run('sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  await ip('route', 'add', networks.podCidr, 'via', networks.nodeAddress, 'dev', cable);
  await ip('route', 'add', networks.serviceCidr, 'via', networks.nodeAddress, 'dev', cable);
}

/** Removes the cable, if there is one. */
export async function disconnect(instance: Instance): Promise<void> {
  await run(which('ip') ?? 'ip', ['link', 'delete', cableOf(instance)]);
}
