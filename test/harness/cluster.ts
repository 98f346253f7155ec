/** What a booted (or borrowed) cluster looks like to tests, the demo and the command line. */

/** How much of Kubernetes is there: API only, API with a node that runs pods, or somebody else's cluster. */
type Level = 'control-plane' | 'node' | 'context';

/** A cluster that answers. Everything else (kubectl, helm, images) takes one of these. */
export interface Cluster {
  /** The instance's name, or the kubeconfig context's name at level `context`. */
  readonly name: string;
  readonly level: Level;
  /** URL of the API server, as seen from this machine. */
  readonly server: string;
  /** A kubeconfig of a cluster administrator (self-contained: may be copied). */
  readonly kubeconfigPath: string;
  /** Which context of that kubeconfig to use; absent means its current one. */
  readonly context?: string;
  /** Stops what was started for it and, for ephemeral ones, removes its state. Does nothing to a borrowed cluster. */
  stop(): Promise<void>;
}

/** One of the programs of a cluster that we booted ourselves, for tests that break it. */
export interface ClusterProgram {
  readonly name: string;
  readonly pid: number;
  /** SIGKILL, and returns when the process is gone. */
  crash(): Promise<void>;
  /** Starts it again with the very same command line. Does not wait until it is ready. */
  start(): Promise<void>;
}

/** A cluster that this machine runs, with its programs within reach. */
export interface BootedCluster extends Cluster {
  readonly level: 'control-plane' | 'node';
  /** Where state, logs (`logs/<program>.log`) and certificates are. */
  readonly folder: string;
  /** @throws TestBedError when no program of that name was started. */
  program(name: string): ClusterProgram;
  /** Waits until the API server says it is ready (after a crash and start, for example). */
  ready(): Promise<void>;
}

/** How to boot. */
export interface BootOptions {
  /** Short name, `[a-z0-9-]`: also the name of the state folder. */
  readonly name: string;
  /**
   * `ephemeral` (what tests want): always a new, empty cluster of its own, also beside others of the same name;
   * `stop()` removes it, and when the test process dies, the next boot of any cluster does.
   * `kept`: one instance per name; a running one is reused, a stopped one starts again with its old state.
   */
  readonly lifetime?: 'ephemeral' | 'kept';
  /** Throw away what the kept cluster of that name had (images excepted) and start with an empty one. */
  readonly fresh?: boolean;
  /** Flags to add to kube-apiserver's. */
  readonly apiServerArgs?: readonly string[];
}
