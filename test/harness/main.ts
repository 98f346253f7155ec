/** `npm run cluster -- …`: the test bed on the command line. Progress goes to standard error, answers to standard output. */
import { Command, Option } from 'commander';
import { kubectl } from './clients.ts';
import type { Cluster } from './cluster.ts';
import { useContext } from './context.ts';
import { kubeconfigOf } from './control-plane/access.ts';
import { TestBedError } from './errors.ts';
import { findInstance, listInstances } from './instance/registry.ts';
import { bootControlPlane, bootNode, sweep, takeDown } from './lifecycle.ts';
import { createProgress } from './progress.ts';
import { describeInstance } from './status.ts';

interface Target {
  readonly name: string;
  readonly context?: string;
}

const progress = createProgress();
const program = new Command('cluster')
  .description('A real Kubernetes on this machine: boots it, stops it, leaves nothing behind.')
  .showHelpAfterError();

const targeted = (command: Command): Command =>
  command
    .option('--name <name>', 'name of the cluster', 'local')
    .option('--context <context>', 'use an existing cluster of your kubeconfig instead');

targeted(program.command('up'))
  .description('boot the cluster; does nothing when it is up')
  .addOption(
    new Option('--level <level>', 'API server and controllers only (no root), or with a node that runs pods')
      .choices(['control-plane', 'node'])
      .default('node'),
  )
  .option('--fresh', 'throw away what the cluster had, and start with an empty one')
  .action(async (options: Target & { readonly level: 'control-plane' | 'node'; readonly fresh?: true }) => {
    const cluster = options.context ? await useContext(options.context) : await boot(options);
    console.log(await kubectl(cluster, ['version']));
    console.log(`export KUBECONFIG=${cluster.kubeconfigPath}`);
  });

targeted(program.command('down'))
  .description('stop the cluster; its state stays for the next "up"')
  .option('--wipe', 'also remove its state')
  .option('--all', 'every cluster of this machine, except those of tests that are running')
  .action(async (options: Target & { readonly wipe?: true; readonly all?: true }) => {
    if (options.context) throw new TestBedError('a cluster that was not booted here is not stopped here');
    await sweep();
    for (const instance of options.all ? listInstances().filter(({ owner }) => !owner) : [known(options.name)]) {
      const title = `stopping ${instance.id}`;
      await progress.run({ title }, () => takeDown(instance, { wipe: options.wipe ?? false }));
    }
  });

program
  .command('status')
  .description('every cluster of this machine and how it really is')
  .action(async () => {
    const instances = listInstances();
    if (instances.length === 0) console.log('no clusters');
    for (const instance of instances) console.log(await describeInstance(instance));
  });

targeted(program.command('kubeconfig'))
  .description('print the path of the kubeconfig')
  .action(async (options: Target) => {
    console.log(
      options.context ? (await useContext(options.context)).kubeconfigPath : kubeconfigOf(known(options.name)),
    );
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof TestBedError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function boot({ name, level, fresh }: Target & { readonly level: string; readonly fresh?: true }): Promise<Cluster> {
  const options = { name, lifetime: 'kept' as const, ...(fresh && { fresh }) };
  const bootLevel = level === 'node' ? bootNode : bootControlPlane;
  return bootLevel(options, progress);
}

function known(name: string): ReturnType<typeof listInstances>[number] {
  const instance = findInstance(name);
  if (instance) return instance;
  const others = listInstances().map(({ id }) => id);
  throw new TestBedError(
    `there is no cluster "${name}"${others.length > 0 ? `; there are: ${others.join(', ')}` : ''}`,
  );
}
