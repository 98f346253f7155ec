/**
 * Gets the labels of Skipper's pods, its Deployment's selector, and the selectors of Services around. Gives the labels
 * of a companion's pods: every Service that finds the fleet finds them, and the fleet's own Deployment, its autoscaler
 * and its disruption budget do not, where that is possible.
 */
import { COMPANION_LABEL } from './names.ts';

export type Labels = Readonly<Record<string, string>>;

export interface LabelInput {
  /** Labels of the template of the fleet's pods. */
  readonly pod: Labels;
  /** `spec.selector.matchLabels` of the fleet's Deployment. */
  readonly selector: Labels;
  /** `spec.selector` of the Services in the namespace. */
  readonly services: readonly Labels[];
  /** Name of the companion: the value that tells its pods apart. */
  readonly name: string;
}

export interface CompanionLabels {
  readonly labels: Labels;
  /** False when each label of the selector is one that a Service needs: then the fleet's selector finds both. */
  readonly apart: boolean;
}

export function companionLabels({ pod, selector, services, name }: LabelInput): CompanionLabels {
  const own = { ...pod, [COMPANION_LABEL]: name };
  const finds = (labels: Labels) => (service: Labels) => isSelectedBy(labels, service);
  // A changed value must neither lose a Service of the fleet nor win one of somebody else's.
  const isSame = (labels: Labels): boolean =>
    services.every((service) => finds(pod)(service) === finds(labels)(service));
  const apart = Object.keys(selector)
    .toSorted()
    .map((key) => ({ ...own, [key]: name }))
    .find(isSame);
  return apart === undefined ? { labels: own, apart: false } : { labels: apart, apart: true };
}

/** A Service without a selector finds nothing. */
function isSelectedBy(labels: Labels, selector: Labels): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
