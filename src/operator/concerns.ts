/**
 * Gets an object of the cluster, gives whom a change of it concerns. Pure.
 *
 * A pass of a config costs the same whether something of its own changed or not. So with hundreds of configs a change
 * wakes those only that would see it: what is not named here must not be read by `observe`.
 */
import type { KubeObject } from '../kube/index.ts';
import {
  COMPANION_LABEL,
  companionName,
  CONFIG_LABEL,
  CONFIG_NAMESPACE_LABEL,
  routeServerName,
  sentinelName,
  type Labels,
} from '../manifests/index.ts';
import type { SeenPod } from './decode.ts';

/** A config, `config NAMESPACE/NAME`, or whichever configs name a Deployment, `fleet NAMESPACE/NAME`. */
export type Concern = `config ${string}` | `fleet ${string}`;

interface Place {
  readonly namespace: string;
  readonly name: string;
}

export const ofConfig = ({ namespace, name }: Place): Concern => `config ${namespace}/${name}`;
export const ofFleet = ({ namespace, name }: Place): Concern => `fleet ${namespace}/${name}`;
/** The key of the config that is concerned; `undefined` where it is whoever names a Deployment. */
export const configConcerned = (concern: Concern): string | undefined => /^config (.*)$/.exec(concern)?.[1];

const nameless = { namespace: '', name: '' };
/** What the names of our Deployments end with, each after the name of its config. */
const endings = [
  routeServerName(nameless),
  ...(['routeServer', 'direct'] as const).flatMap((source) => [
    sentinelName(nameless, source),
    companionName(nameless, source),
  ]),
];

/** Whom a Deployment of that name concerns. By name: one of ours that lost its labels is still looked for. */
export function concernsOfDeployment(place: Place): readonly Concern[] {
  return [ofFleet(place), ...endings.flatMap((ending) => ownerBy(ending, place))];
}

function ownerBy(ending: string, { namespace, name }: Place): readonly Concern[] {
  return name.endsWith(ending) ? [ofConfig({ namespace, name: name.slice(0, -ending.length) })] : [];
}

/** Whom a pod concerns: by the Deployment that it comes from, and by the labels that ours carry. */
export function concernsOfPod(namespace: string, { labels, replicaSet }: SeenPod): readonly Concern[] {
  const deployment = replicaSet?.slice(0, -`-${labels['pod-template-hash'] ?? ''}`.length);
  const config = labels[CONFIG_LABEL];
  const companion = labels[COMPANION_LABEL];
  const concerns = [
    ...(deployment === undefined ? [] : concernsOfDeployment({ namespace, name: deployment })),
    ...(config === undefined ? [] : [ofConfig({ namespace, name: config })]),
    ...(companion === undefined ? [] : concernsOfDeployment({ namespace, name: companion })),
  ];
  return [...new Set(concerns)];
}

/** Whom an object concerns that the operator made. */
export function concernsOfOwned({ metadata: { labels = {} } }: KubeObject): readonly Concern[] {
  const [name, namespace] = [labels[CONFIG_LABEL], labels[CONFIG_NAMESPACE_LABEL]];
  return name === undefined || namespace === undefined ? [] : [ofConfig({ namespace, name })];
}

/**
 * Whether a Service can matter for the labels of a fleet's companions: it finds the fleet, or would find a companion
 * that carries its own name under one of the labels.
 * @param pod the labels of the fleet's pods
 */
export function concernsFleet(service: Labels, pod: Labels, config: Place): boolean {
  const names = [companionName(config, 'routeServer'), companionName(config, 'direct')];
  const wanted = Object.entries(service);
  return wanted.length > 0 && wanted.every(([key, value]) => pod[key] === value || names.includes(value));
}
