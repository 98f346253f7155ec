/** Gets where a pod listens; gives the origin of URLs there. */

/** `host` is an IP address: one of IPv6 stands in brackets in a URL. */
export function originOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
