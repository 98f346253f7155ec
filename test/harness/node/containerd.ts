/** containerd, with all of its state in the instance's folder. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWhole } from '../files.ts';
import type { Instance } from '../instance/registry.ts';
import { networksOf } from '../instance/addresses.ts';
import { logTail } from '../processes/ledger.ts';
import { TestBedError } from '../errors.ts';
import { until } from '../wait.ts';
import type { Enclosure } from './enclosure.ts';

/** The image of every pod's sandbox; it must be there before the first pod. */
export const sandboxImage = 'testbed.local/pause:1';

/** Paths that others need. */
export const socketOf = (instanceFolder: string): string => join(instanceFolder, 'containerd/containerd.sock');

/** Programs of the container runtime. */
export const runtimePrograms = ['containerd', 'containerd-shim-runc-v2', 'ctr'] as const;

/** Starts it and returns when it answers. */
export async function startContainerd(
  instance: Instance,
  enclosure: Enclosure,
  programs: Readonly<Record<(typeof runtimePrograms)[number], string>>,
): Promise<void> {
  const { folder } = instance;
  const socket = socketOf(folder);
  // The kernel's limit for a socket's path is 108 bytes; kubelet makes longer ones of the same folder.
  if (socket.length > 90) throw new TestBedError(`${folder} is too long a path: set ROUTESRV_CACHE to a shorter one`);
  mkdirSync(join(folder, 'cni'), { recursive: true });
  mkdirSync(dirname(socket), { recursive: true });
  // No container outlives its enclosure: what state there is tells of dead ones.
  for (const stale of ['state', 'containerd.sock', 'containerd.sock.ttrpc']) {
    rmSync(join(folder, 'containerd', stale), { recursive: true, force: true });
  }
  writeWhole(join(folder, 'cni/10-pods.conflist'), JSON.stringify(cniConfig(instance), null, 2));
  const config = join(folder, 'containerd/config.toml');
  writeWhole(config, containerdConfig(folder));
  // containerd looks for its shim on PATH.
  const path = `PATH=${dirname(programs['containerd-shim-runc-v2'])}:/usr/sbin:/usr/bin:/sbin:/bin`;
  await enclosure.start('containerd', ['env', path, programs.containerd, '--config', config]);
  const explain = (): Promise<string> => Promise.resolve(logTail(folder, 'containerd'));
  await until({ what: 'containerd to answer', deadlineMs: 30_000, explain }, async () => {
    await enclosure.run(programs.ctr, '--address', socket, 'version');
    return true;
  });
}

// Pods hang on point-to-point links, not on a bridge: all traffic between them is routed, so that Service addresses
// work between pods on kernels without br_netfilter.
function cniConfig(instance: Instance): unknown {
  const subnet = networksOf(instance.index).podCidr;
  const ipam = { type: 'host-local', dataDir: join(instance.folder, 'cni-addresses'), ranges: [[{ subnet }]] };
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      { type: 'ptp', ipMasq: false, ipam: { ...ipam, routes: [{ dst: '0.0.0.0/0' }] } },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}

function containerdConfig(instanceFolder: string): string {
  const folder = join(instanceFolder, 'containerd');
  const runtime = 'plugins."io.containerd.cri.v1.runtime"';
  return `version = 3
root = "${folder}/root"
state = "${folder}/state"
[grpc]
address = "${socketOf(instanceFolder)}"
[plugins."io.containerd.internal.v1.opt"]
path = "${folder}/opt"
[plugins."io.containerd.nri.v1.nri"]
disable = true
[plugins."io.containerd.cri.v1.images"]
snapshotter = "overlayfs"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "${sandboxImage}"
[${runtime}]
# Without CAP_SYS_RESOURCE, runc fails otherwise ("can't get final child's PID from pipe: EOF").
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
# Its profile would stay loaded in this machine's kernel.
disable_apparmor = true
[${runtime}.cni]
bin_dirs = ["/usr/lib/cni", "/opt/cni/bin"]
conf_dir = "${instanceFolder}/cni"
[${runtime}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
`;
}
