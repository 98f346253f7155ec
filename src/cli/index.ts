/** The command line: compile manifests, compare tables, see where fleets stand. */
export { runCli } from './program.ts';
