/** The balancer for undici: a Dispatcher that sends each request to the pod that Skipper would have chosen. */
export { BalancedDispatcher } from './balanced-dispatcher.ts';
export type { DispatcherFigures } from './balanced-dispatcher.ts';
export type { BalancedDispatcherOptions, BalancedOptions } from './options.ts';
export { BalancedRequestError } from './failure.ts';
export type { BalancedRequestErrorCode } from './failure.ts';
