/** Gets what a person gave to `diff`; gives a way to read the two tables that are meant, as often as they are needed. */
import type { Tolerance } from '../../shadow/index.ts';
import type { Wanted } from '../cluster/read-configs.ts';
import { Failure } from '../failure.ts';
import { isLive, readTable } from '../table/read-table.ts';
import type { NamedTable, TableSourceOptions } from '../table/read-table.ts';

/** What a person may name tables by. */
export interface TableNaming extends Pick<Wanted, 'kubeconfig' | 'context' | 'namespace'> {
  /** The two Skippers that the operator compares for this RouteServerConfig. */
  readonly config?: string;
}
export interface BothTables {
  readonly a: NamedTable;
  readonly b: NamedTable;
  /** What the RouteServerConfig declares harmless. */
  readonly declared: readonly Tolerance[];
}
export interface TablePair {
  /** Both come from running servers, so that a change may have reached one and not yet the other. */
  readonly isLive: boolean;
  readonly read: () => Promise<BothTables>;
}

/** @throws Failure when neither two tables nor a config were named, or both */
export function tablePair(
  [a, b]: readonly [a: string | undefined, b: string | undefined],
  { config, ...wanted }: TableNaming,
  options: TableSourceOptions,
): TablePair {
  if (config !== undefined) {
    if (a !== undefined) throw new Failure('give two tables or --config, not both');
    return { isLive: true, read: () => readConfigTables({ ...wanted, name: config }, options.timeoutMs) };
  }
  if (a === undefined || b === undefined) throw new Failure('give two tables, or --config with a RouteServerConfig');
  if (a === '-' && b === '-') throw new Failure('only one of the tables can come from stdin');
  const read = async (): Promise<BothTables> => {
    const [one, other] = await Promise.all([readTable(a, options), readTable(b, options)]);
    return { a: one, b: other, declared: [] };
  };
  return { isLive: isLive(a) && isLive(b), read };
}

async function readConfigTables(wanted: Wanted & { readonly name: string }, timeoutMs: number): Promise<BothTables> {
  // The client of Kubernetes takes most of a second to load, and CI compares files often.
  const { readFleetTables } = await import('../cluster/read-fleet-tables.ts');
  const { direct, fed, tolerate } = await readFleetTables(wanted, timeoutMs);
  return { a: direct, b: fed, declared: tolerate };
}
