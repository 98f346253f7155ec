/** Gets args; runs the command that they name and gives the exit code. */
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { sortCompileArgs } from './commands/compile-args.ts';
import { compileCommand } from './commands/compile.ts';
import { drillCommand } from './commands/drill.ts';
import { diffCommand } from './commands/diff.ts';
import { ringCommand } from './commands/ring.ts';
import { fleetCommand } from './commands/fleet.ts';
import { promoteCommand } from './commands/promote.ts';
import { statusCommand } from './commands/status.ts';
import { Failure } from './failure.ts';
import { exitCodes } from './surroundings.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';

/** Runs `kubectl-routesrv ARGS…`. Never rejects because of what the user gave. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const [verb = '', ...rest] = args;
  const sorted = verb === 'compile' ? sortCompileArgs(rest) : { own: rest, routeServer: [] };
  let exitCode: ExitCode = exitCodes.ok;
  const done = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = new Command('kubectl-routesrv')
    .description(
      'Looks at route tables, at the configs of route servers and at the rings of Services. As a plugin of kubectl: kubectl routesrv …',
    )
    .version(manifest.version, '--version', 'print the version')
    .addCommand(compileCommand(sorted.routeServer, surroundings, done))
    .addCommand(diffCommand(surroundings, done))
    .addCommand(statusCommand(surroundings, done))
    .addCommand(ringCommand(surroundings, done))
    .addCommand(fleetCommand(surroundings, done))
    .addCommand(promoteCommand(surroundings, done))
    .addCommand(drillCommand(surroundings, done));
  const nested = program.commands.flatMap(({ commands }) => commands);
  for (const command of [program, ...program.commands, ...nested]) prepare(command, surroundings);
  try {
    await program.parseAsync(verb === '' ? ['help'] : [verb, ...sorted.own], { from: 'user' });
    return exitCode;
  } catch (error) {
    return explain(error, surroundings);
  }
}

function prepare(command: Command, { out, err }: Surroundings): void {
  command
    .exitOverride()
    .allowExcessArguments(false)
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({ writeOut: out, writeErr: err, getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 });
}

function explain(error: unknown, { err }: Surroundings): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.failed;
  if (!(error instanceof Failure)) throw error;
  for (const message of error.messages) err(`error: ${message}\n`);
  return exitCodes.failed;
}
