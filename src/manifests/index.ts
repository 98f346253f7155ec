/** From a RouteServerConfig and Skipper's Deployment to the objects wanted, and to Skipper's wiring. Pure. */
export type * from './types.ts';
