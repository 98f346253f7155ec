/** Route ids, as Skipper v0.27.65 builds them: people look for them in logs, and `eskip` tools compare by them. */

const ingressPrefix = 'kube';

/** Ids are kept and are keys of maps: `+` and `replaceAll` would leave trees of small strings behind. */
function inOnePiece(...parts: readonly string[]): string {
  return parts.join('');
}

/** Ids of Ingresses replace each character that is no word character … */
function wordCharacters(text: string): string {
  return text.replaceAll(/[^0-9A-Za-z_]/gu, '_');
}

/** … and ids of RouteGroups each such byte. */
function wordBytes(text: string): string {
  // Names are ASCII nearly always: no need to ask for the length of each character.
  if (!/[^\x20-\x7e]/.test(text)) return wordCharacters(text);
  return text.replaceAll(/[^0-9A-Za-z_]/gu, (character) => '_'.repeat(new TextEncoder().encode(character).length));
}

export interface IngressRouteName {
  readonly namespace: string;
  readonly name: string;
  readonly host?: string;
  readonly path?: string;
  readonly backend?: string;
}

export function ingressRouteId({ namespace, name, host = '', path = '', backend = '' }: IngressRouteName): string {
  return ingressPathId(ingressRuleId(namespace, name, host), path, backend);
}

/** What the ids of all routes of a rule begin with. */
export function ingressRuleId(namespace: string, name: string, host: string): string {
  // Put together first, for what joins the parts consists of word characters itself.
  return inOnePiece(ingressPrefix, wordCharacters(`_${namespace}__${name}__${host}__`));
}

/** The id of a route of the rule for which `ruleId` was made. */
export function ingressPathId(ruleId: string, path: string, backend: string): string {
  return inOnePiece(ruleId, wordCharacters(`${path}__${backend}`));
}

export interface RouteGroupPart {
  /** The method in lower case, `all`, or `catchall`. */
  readonly subName: string;
  readonly routeIndex: number;
  readonly backendIndex: number;
}

export interface RouteGroupRouteName extends RouteGroupPart {
  readonly namespace: string;
  readonly name: string;
  /** Whether it is for hosts in an east-west range. */
  readonly internal: boolean;
}

export function routeGroupRouteId({ namespace, name, internal, ...part }: RouteGroupRouteName): string {
  return routeGroupPartId(routeGroupSideId(namespace, name, internal), part);
}

/** What the ids of all routes of one side of a group begin with. */
export function routeGroupSideId(namespace: string, name: string, internal: boolean): string {
  return inOnePiece(internal ? 'kube_rg__internal_' : 'kube_rg__', wordBytes(namespace), '__', wordBytes(name), '__');
}

/** The id of a route of the side for which `sideId` was made. */
export function routeGroupPartId(sideId: string, { subName, routeIndex, backendIndex }: RouteGroupPart): string {
  return inOnePiece(sideId, wordBytes(subName), '__', String(routeIndex), '_', String(backendIndex));
}

export function eastWestRouteId(id: string): string {
  return `kubeew${id.slice(ingressPrefix.length)}`;
}

export function redirectRouteId(id: string, enabled: boolean): string {
  return inOnePiece(id, `${enabled ? '' : '_disable'}_https_redirect`);
}
