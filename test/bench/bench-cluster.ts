/** What a benchmark needs of a cluster, whether its API server is a real one or not. */
import type { BenchObject } from './cluster-data.ts';

export interface BenchCluster {
  /** Flags with which a route server finds its API server, */
  readonly args: readonly string[];
  /** and what it needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Creates or replaces an object. */
  put(object: BenchObject): Promise<void>;
  /** CPU time of the API server so far, in milliseconds. */
  cpuMs(): number;
  close(): Promise<void>;
}
