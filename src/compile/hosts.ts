/** Gets host names, gives the expressions that match them and answers about them. */

/** An expression for a Host predicate: any of the hosts, with or without final dot and port. `''` for no hosts. */
export function hostPattern(hosts: readonly string[]): string {
  if (hosts.length === 0) return '';
  const alternatives = hosts.map((host) => `${host.replaceAll('.', '[.]')}[.]?(:[0-9]+)?`);
  return `^(${alternatives.join('|')})$`;
}

/** Whether the host lies in one of the domains of an east-west range. */
export function isInDomains(host: string, domains: readonly string[]): boolean {
  return domains.some((domain) => host.endsWith(domain));
}

export function joinHostPort(host: string, port: number | string): string {
  return host.includes(':') || host.includes('%') ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}
