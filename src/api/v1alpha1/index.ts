/** RouteServerConfig v1alpha1: the one door to its types, defaults, reasons and helpers. */
export type * from './types.ts';
export * from './conditions.ts';
export { decodeRouteServerConfig } from './decode.ts';
export { withDefaults } from './defaults.ts';
export { parseDuration } from './duration.ts';
export * from './names.ts';
export { reasonMeanings, reasonNamed, reasons, type Reason } from './reasons.ts';
export { resolveTier, type Resolution } from './resolve-tier.ts';
export { statusChange } from './status.ts';
