/** What a node needs of this machine: root, and a few programs; on Debian and Ubuntu missing ones are installed. */
import { existsSync } from 'node:fs';
import { TestBedError } from '../errors.ts';
import { run, which } from '../processes/run.ts';
import type { Progress } from '../progress.ts';

/** A program (or file) and the Debian package that holds it. */
export interface Requirement {
  readonly program: string;
  readonly debianPackage: string;
}

export const nodeRequirements: readonly Requirement[] = [
  { program: 'runc', debianPackage: 'runc' },
  { program: '/usr/lib/cni/ptp', debianPackage: 'containernetworking-plugins' },
  { program: 'nft', debianPackage: 'nftables' },
  { program: 'conntrack', debianPackage: 'conntrack' },
  { program: 'iptables', debianPackage: 'iptables' },
  { program: 'ip', debianPackage: 'iproute2' },
  { program: 'busybox', debianPackage: 'busybox-static' },
  { program: 'nsenter', debianPackage: 'util-linux' },
  { program: 'mount', debianPackage: 'mount' },
];

/** Builds our image from the Dockerfile; the test bed does without where it cannot be had. */
export const builderRequirements: readonly Requirement[] = [{ program: 'buildah', debianPackage: 'buildah' }];

/** @throws TestBedError unless this is root on Linux and may make namespaces. */
export async function checkPrivileges(): Promise<void> {
  const remedy = 'Run as root on Linux, or use a cluster that is already there (kind, k3d, …): --context NAME';
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new TestBedError(`A node needs root on Linux: it makes namespaces, mounts and control groups. ${remedy}`);
  }
  const { code, stderr } = await run('unshare', ['--mount', '--net', '--pid', '--fork', 'true']);
  if (code !== 0) {
    throw new TestBedError(`This root may not make namespaces (in a container?): ${stderr.trim()}. ${remedy}`);
  }
}

/** Installs what is missing, where apt-get is there. @throws TestBedError naming what is missing elsewhere. */
export async function installMissing(requirements: readonly Requirement[], progress: Progress): Promise<void> {
  const missing = findMissing(requirements);
  if (missing.length === 0) return;
  const packages = missing.map(({ debianPackage }) => debianPackage);
  const aptGet = which('apt-get');
  if (!aptGet) throw missingError(missing, 'and there is no apt-get to install them with');
  await progress.run({ title: `installing Debian packages ${packages.join(' ')}`, expectedMs: 20_000 }, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // Another apt may be at work, as on a machine that has just started.
    const options = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
    const update = await run(aptGet, [...options, 'update'], { env });
    const install = await run(aptGet, [...options, 'install', '-y', '--no-install-recommends', ...packages], { env });
    if (install.code !== 0) throw missingError(missing, `apt-get: ${update.stderr}${install.stderr}`.trim());
  });
  const still = findMissing(requirements);
  if (still.length > 0) throw missingError(still, 'although their packages were installed');
}

function findMissing(requirements: readonly Requirement[]): Requirement[] {
  return requirements.filter(({ program }) => !(program.startsWith('/') ? existsSync(program) : which(program)));
}

function missingError(missing: readonly Requirement[], reason: string): TestBedError {
  const names = missing.map(({ program, debianPackage }) => `${program} (Debian package ${debianPackage})`);
  return new TestBedError(`These programs are missing: ${names.join(', ')}; ${reason}. Install them and try again.`);
}
