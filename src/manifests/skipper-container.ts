/** Gets Skipper's Deployment or pod. Gives the container that runs Skipper, and where it stands in the list. */
import type { Container, PodSpec } from './types.ts';

export interface FoundContainer {
  readonly container: Container;
  readonly index: number;
}

/**
 * The container with the given name; without a name the one called `skipper`, else the only one.
 * `undefined` when none fits, or several could.
 */
export function findSkipperContainer({ containers }: PodSpec, name?: string): FoundContainer | undefined {
  const named = containers.findIndex((container) => container.name === (name ?? 'skipper'));
  const index = named === -1 && name === undefined && containers.length === 1 ? 0 : named;
  const container = containers[index];
  return container === undefined ? undefined : { container, index };
}
