/** `promote`: gets a manifest and two tiers; copies one field from tier to tier in the file, if the first has baked. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { findCondition } from '../../api/index.ts';
import type { SeenCluster } from '../cluster/read-clusters.ts';
import { Failure, whyUnreadable } from '../failure.ts';
import { editTier, type TierEdit } from '../manifest/edit-tier.ts';
import { exitCodes } from '../surroundings.ts';
import type { ExitCode, Surroundings } from '../surroundings.ts';
import { contextsOption } from './clusters-option.ts';

interface PromoteSettings {
  readonly from: string;
  readonly to: string;
  readonly filename: string;
  readonly name?: string;
  readonly contexts: readonly string[];
  readonly kubeconfig?: string;
  readonly namespace?: string;
  readonly force?: true;
}

const help = `
The clusters of the contexts say whether the tier --from is Promotable: each one of that tier that
has this config has to be, and there has to be one. One field is edited, in place: mode, or
rolloutPercentage once the modes are the same. Helm values and templates are not edited. What is
printed is a message for the commit.

Exit code: 0 when the file was edited or had nothing to edit, 1 when the tier is not Promotable or a
cluster cannot be asked, 2 when the file cannot be edited.`;

export function promoteCommand(surroundings: Surroundings, done: (code: ExitCode) => void): Command {
  return new Command('promote')
    .summary('copy a tier that has baked to the next one, in a manifest')
    .description('Edits one field of one tier in the manifest of a RouteServerConfig, and keeps the rest of the file.')
    .requiredOption('--from <tier>', 'the tier that has baked')
    .requiredOption('--to <tier>', 'the next one')
    .requiredOption('-f, --filename <path>', 'the manifest, in YAML; it may hold other documents, too')
    .option('--name <name>', 'the RouteServerConfig that is meant, when the file has several')
    .addOption(contextsOption().makeOptionMandatory())
    .option('--kubeconfig <path>', 'the kubeconfig; default as kubectl')
    .option('-n, --namespace <name>', "the config's namespace, when the file does not say it")
    .option('--force', 'promote a tier that is not Promotable; the message says so')
    .addHelpText('after', help)
    .action(async (settings: PromoteSettings) => {
      done(await run(settings, surroundings));
    });
}

async function run(settings: PromoteSettings, { out, err }: Surroundings): Promise<ExitCode> {
  const { filename, from, to } = settings;
  const edit = editTier(textOf(filename), filename, settings);
  if (edit.change === undefined) {
    err(`${filename}: ${to} is already as ${from}; nothing to edit\n`);
    return exitCodes.ok;
  }
  const objections = await objectionsOf(edit, settings);
  if (objections.length > 0 && settings.force === undefined) {
    for (const objection of objections) err(`${objection}\n`);
    err(`${from} is not Promotable; ${filename} was not edited (--force does it all the same, and says so)\n`);
    return exitCodes.found;
  }
  writeFileSync(filename, edit.text);
  out(messageOf(edit, settings, objections));
  return exitCodes.ok;
}

function textOf(path: string): string {
  const bytes = bytesOf(path);
  const text = bytes.toString('utf8');
  // What is no UTF-8 would be written back as something else.
  if (!bytes.equals(Buffer.from(text))) throw new Failure(`${path}: is not in UTF-8; save it so`);
  return text;
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Failure(`${path}: ${whyUnreadable(error)}`);
  }
}

/** Why the tier is not Promotable; empty when it is. */
async function objectionsOf({ config }: TierEdit, settings: PromoteSettings): Promise<readonly string[]> {
  const namespace = config.namespace ?? settings.namespace ?? '';
  const { readClusters } = await import('../cluster/read-clusters.ts');
  const clusters = await readClusters(settings.contexts, {
    namespace,
    ...(settings.kubeconfig === undefined ? {} : { kubeconfig: settings.kubeconfig }),
  });
  const asked = clusters.flatMap((cluster) => objectionsIn(cluster, config.name, settings.from));
  const isSeen = clusters.some(({ configs }) =>
    configs.some(({ metadata, status }) => metadata.name === config.name && status?.tier === settings.from),
  );
  return isSeen
    ? asked
    : [...asked, `no cluster of tier ${settings.from} with RouteServerConfig ${config.name} was seen`];
}

function objectionsIn({ context, configs, problems }: SeenCluster, name: string, tier: string): readonly string[] {
  const meant = configs.filter(({ metadata, status }) => metadata.name === name && status?.tier === tier);
  return [
    ...problems.map((problem) => `${context}: ${problem}`),
    ...meant.flatMap(({ metadata, status }) => {
      const promotable = findCondition(status?.conditions, 'Promotable');
      const isCurrent = status?.observedGeneration === metadata.generation;
      if (promotable?.status === 'True' && isCurrent) return [];
      const why = isCurrent
        ? (promotable?.message ?? 'it does not say why')
        : 'its operator has not seen the newest spec';
      return [`${context}: ${metadata.namespace}/${name} is not Promotable: ${why}`];
    }),
  ];
}

function messageOf({ config, change }: TierEdit, { from, to }: PromoteSettings, objections: readonly string[]): string {
  const title = `Promote ${config.name} from ${from} to ${to}: ${change?.field ?? ''} ${change?.from ?? ''} -> ${change?.to ?? ''}`;
  const reasons = objections.map((objection) => `- ${objection}\n`).join('');
  const body =
    objections.length === 0
      ? `Tier ${from} is Promotable in every cluster that was asked.\n`
      : `FORCED: tier ${from} is not Promotable.\n${reasons}`;
  return `${title}\n\n${body}`;
}
