/** `ring`: gets a Service; prints where the client-side balancer, and Skipper by consistentHash, put its keys. */
import { Command, Option } from 'commander';
import { exitCodes } from '../surroundings.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { json, outputOption } from '../view/output-format.ts';
import type { OutputFormat } from '../view/output-format.ts';
import { ringText, ringView } from '../view/ring.ts';

interface RingSettings {
  readonly service: string;
  readonly key?: string;
  readonly port?: string;
  readonly scheme?: 'http' | 'https' | 'h2c';
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly output: OutputFormat;
}

export function ringCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  return new Command('ring')
    .summary('show which pod of a Service owns which keys')
    .description(
      'Shows the ring of a Service as it is now: the share of keys that each pod owns, and who gets them if it goes.',
    )
    .requiredOption('--service <[namespace/]name>', 'the Service')
    .option('--key <key>', 'show where this key goes')
    .option(
      '--port <name or number>',
      "the Service's port by name, or the pods' port; may be left out where there is one",
    )
    .addOption(
      new Option('--scheme <scheme>', 'default by the appProtocol of the port').choices(['http', 'https', 'h2c']),
    )
    .option('--kubeconfig <path>', 'the kubeconfig; default as kubectl')
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(outputOption())
    .action(async (settings: RingSettings) => {
      await run(settings, surroundings);
      done(exitCodes.ok);
    });
}

async function run({ key, output, port, ...wanted }: RingSettings, { out }: Surroundings): Promise<void> {
  // The client of Kubernetes takes most of a second to load, and CI calls the other commands often.
  const { readEndpoints } = await import('../cluster/read-endpoints.ts');
  const { service, endpoints } = await readEndpoints({ ...wanted, ...portOf(port) });
  const view = ringView(service, endpoints, key);
  out(output === 'json' ? json(view) : ringText(view));
}

function portOf(port: string | undefined): { readonly port?: string | number } {
  if (port === undefined) return {};
  return { port: /^\d+$/.test(port) ? Number(port) : port };
}
