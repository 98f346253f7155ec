/** The client-side load balancer: places keys on endpoints as Skipper does. Pure: no io, no clock, no randomness. */
export type * from './types.ts';
export { algorithmNames } from './types.ts';
export { Balancer } from './balancer.ts';
export { BalancerError } from './balancer-error.ts';
export type { BalancerErrorCode } from './balancer-error.ts';
export { keyRule } from './key-template.ts';
export type { KeyRequest, KeyRule } from './key-template.ts';
