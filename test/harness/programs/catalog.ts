/** Every program that the test bed builds: which upstream it is of, which package, and how long that takes. */

/** A Go module with its own go.mod in `programs/<upstream>`: their dependency versions clash, so one for each. */
export interface Upstream {
  readonly folder: string;
  readonly version: string;
  readonly ldflags: string;
  /** Toolchain that its go.mod needs where that is newer than what most machines have. */
  readonly toolchain?: string;
  /** Go files of ours in that folder: a change to one of them makes another program. */
  readonly sources?: readonly string[];
}

const strip = '-s -w';
const kubernetesVersion = 'v1.36.3';
const kubernetesStamp = { gitVersion: kubernetesVersion, gitMajor: '1', gitMinor: '36' };

const upstreams = {
  kubernetes: {
    folder: 'kubernetes',
    version: kubernetesVersion,
    ldflags: [
      strip,
      ...Object.entries(kubernetesStamp).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`),
    ].join(' '),
  },
  etcd: { folder: 'etcd', version: 'v3.6.16', ldflags: strip },
  containerd: { folder: 'containerd', version: 'v2.2.1', ldflags: strip },
  skipper: { folder: 'skipper', version: 'v0.27.65', ldflags: strip, toolchain: 'go1.27.0' },
  oracle: {
    folder: '../../oracle',
    version: 'v0.27.65',
    ldflags: strip,
    toolchain: 'go1.27.0',
    sources: ['main.go', 'bench.go', 'keys.go', 'health.go', 'yaml.go', 'fixtures.go'],
  },
  load: {
    folder: '../../oracle',
    version: 'v1',
    ldflags: strip,
    toolchain: 'go1.27.0',
    sources: ['load/main.go', 'load/answer.go'],
  },
  prometheus: { folder: '../../prometheus', version: 'v0.311.0', ldflags: strip, sources: ['main.go'] },
  helm: { folder: 'helm', version: 'v4.3.1', ldflags: strip },
  coredns: { folder: 'coredns', version: 'v1.15.0', ldflags: strip },
} as const satisfies Record<string, Upstream>;

/** A program, by the name of its file. */
export interface Program {
  readonly upstream: Upstream;
  readonly package: string;
  /** Seconds of a build with nothing cached on two cores, after those named before it: for the progress display. */
  readonly coldSeconds: number;
}

const kubernetes = (name: string, coldSeconds: number): Program => ({
  upstream: upstreams.kubernetes,
  package: `k8s.io/kubernetes/cmd/${name}`,
  coldSeconds,
});
const containerd = (name: string, coldSeconds: number): Program => ({
  upstream: upstreams.containerd,
  package: `github.com/containerd/containerd/v2/cmd/${name}`,
  coldSeconds,
});
const skipper = (name: string, coldSeconds: number): Program => ({
  upstream: upstreams.skipper,
  package: `github.com/zalando/skipper/cmd/${name}`,
  coldSeconds,
});

export const catalog = {
  etcd: { upstream: upstreams.etcd, package: 'go.etcd.io/etcd/server/v3', coldSeconds: 42 },
  'kube-apiserver': kubernetes('kube-apiserver', 360),
  'kube-controller-manager': kubernetes('kube-controller-manager', 119),
  'kube-scheduler': kubernetes('kube-scheduler', 6),
  kubectl: kubernetes('kubectl', 30),
  kubelet: kubernetes('kubelet', 25),
  'kube-proxy': kubernetes('kube-proxy', 11),
  containerd: containerd('containerd', 100),
  'containerd-shim-runc-v2': containerd('containerd-shim-runc-v2', 9),
  ctr: containerd('ctr', 9),
  skipper: skipper('skipper', 300),
  routesrv: skipper('routesrv', 20),
  eskip: skipper('eskip', 5),
  // After Skipper, whose packages it shares.
  'skipper-oracle': { upstream: upstreams.oracle, package: '.', coldSeconds: 10 },
  'http-load': { upstream: upstreams.load, package: './load', coldSeconds: 5 },
  'prometheus-rules': { upstream: upstreams.prometheus, package: '.', coldSeconds: 65 },
  helm: { upstream: upstreams.helm, package: 'helm.sh/helm/v4/cmd/helm', coldSeconds: 200 },
  coredns: { upstream: upstreams.coredns, package: 'github.com/coredns/coredns', coldSeconds: 225 },
} as const satisfies Record<string, Program>;

/** Name of a program that {@link catalog} knows. `routesrv` is Zalando's, in Go. */
export type ProgramName = keyof typeof catalog;
