/** Toggles of the client-side balancer: from the operator's ConfigMap to what a dispatcher asks before each request. */
export { alwaysOn, everythingThroughSkipper, parseToggles, TogglesError, togglesKey } from './toggles.ts';
export type { Toggles } from './toggles.ts';
export { LastGoodToggles } from './last-good.ts';
export type { LastGoodOptions, TogglesSource } from './last-good.ts';
export { TogglesFile } from './toggles-file.ts';
export type { TogglesFileOptions } from './toggles-file.ts';
