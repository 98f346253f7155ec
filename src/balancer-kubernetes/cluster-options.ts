/** Gets nothing, gives the options that everything which watches a cluster has in common. Types only. */

/** Which cluster, and as whom. */
export interface ClusterOptions {
  /** Path of a kubeconfig. Default as kubectl: $KUBECONFIG, ~/.kube/config, then the pod's service account. */
  readonly kubeconfig?: string;
  /** Name of a context in the kubeconfig. Default: its current one. */
  readonly context?: string;
  /** Told whenever the API server cannot be reached or says something that cannot be read. What is known stays. */
  readonly onProblem?: (error: Error) => void;
}
