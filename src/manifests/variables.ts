/** Gets args and a container. Gives the environment that the `$(VAR)`s in those args need. */
import type { Container, EnvVar, JsonObject } from './types.ts';

/** What of a container's environment some args need. */
export interface NeededEnvironment {
  readonly env: readonly EnvVar[];
  /** All of the container's sources when a variable is in none of `env`: which one has it is not ours to see. */
  readonly envFrom: readonly JsonObject[];
  /** Variables that nothing defines. Kubernetes leaves their `$(VAR)` as it stands. */
  readonly undefinedVariables: readonly string[];
}

/** Names in `$(NAME)`; `$$(NAME)` is Kubernetes' way to write it literally. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\$|\$\(([^()]+)\)/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/**
 * A value as the kubelet would expand it, as far as that can be known from here: a single variable with a plain value,
 * or with the pod's own namespace. `undefined` for any other with a variable in it.
 */
export function expand(text: string, { env = [] }: Container, podNamespace: string): string | undefined {
  if (variablesIn(text).length === 0) return text;
  const entry = env.findLast(({ name }) => text === `$(${name})`);
  const isNamespace = JSON.stringify(entry?.['valueFrom'] ?? {}).includes('"fieldPath":"metadata.namespace"');
  const value = isNamespace ? podNamespace : entry?.value;
  return value === undefined || variablesIn(value).length > 0 ? undefined : value;
}

/** The environment behind the variables of `args`, also the variables inside of other variables, in Skipper's order. */
export function environmentFor(args: readonly string[], container: Container): NeededEnvironment {
  const available = container.env ?? [];
  const needed = new Set<string>();
  const unseen = args.flatMap(variablesIn);
  for (let name = unseen.pop(); name !== undefined; name = unseen.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    unseen.push(...available.filter((entry) => entry.name === name).flatMap(({ value }) => variablesIn(value ?? '')));
  }
  const defined = new Set(available.map(({ name }) => name));
  const missing = [...needed].filter((name) => !defined.has(name));
  const envFrom = missing.length > 0 ? (container.envFrom ?? []) : [];
  return {
    env: available.filter(({ name }) => needed.has(name)),
    envFrom,
    undefinedVariables: envFrom.length > 0 ? [] : missing,
  };
}
