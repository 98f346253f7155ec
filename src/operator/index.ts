/** The operator: moves Skipper fleets to the route server and back, and says in the object's status how it stands. */
export { operatorOptions } from './options.ts';
export { operatorComponents } from './program.ts';
