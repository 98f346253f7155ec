/**
 * The client's address as Skipper takes it for a key (net/net.go, RemoteHost): gets X-Forwarded-For and the address of
 * the connection, gives the IP in Go's spelling, or `<nil>`, which is what Skipper hashes when there is none.
 */

/** What `net.IP(nil).String()` gives. */
const noAddress = '<nil>';

/** What Go's strings.TrimSpace takes away, in bytes of UTF-8: the byte a0 by itself is no space to it. */
const space = String.raw`(?:[\t-\r ]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)+`;
const outerSpace = new RegExp(`^${space}|${space}$`, 'g');

/** @param which Skipper's default and `request.source` take the first entry, `request.sourceFromLast` the last one. */
export function clientAddress(forwardedFor: string, remoteAddress: string, which: 'first' | 'last'): string {
  const entries = forwardedFor.split(',');
  const entry = which === 'first' ? entries[0] : entries.at(-1)?.replace(outerSpace, '');
  return canonicalIp(withoutPort(entry ?? '')) ?? canonicalIp(withoutPort(remoteAddress)) ?? noAddress;
}

/** The host of `host:port` and `[host]:port`; everything else as it is. */
function withoutPort(address: string): string {
  return hostOf(address) ?? address;
}

/** The host of `host:port` and `[host]:port`; undefined where Go's net.SplitHostPort fails. */
export function hostOf(address: string): string | undefined {
  const bracketed = /^\[([^[\]]*)\]:[^[\]:]*$/.exec(address);
  const plain = /^([^[\]:]*):[^[\]:]*$/.exec(address);
  return bracketed?.[1] ?? plain?.[1];
}

/** The address as Go's net.IP prints it; undefined when Go's net.ParseIP would not read it. */
export function canonicalIp(text: string): string | undefined {
  if (isIpv4(text)) return text;
  const groups = ipv6Groups(text);
  if (groups === undefined) return undefined;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return printed(groups);
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** Go refuses leading zeros, which some would read as octal. */
const isIpv4 = (text: string): boolean =>
  /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) &&
  text.split('.').every((part) => Number(part) <= 255 && (part === '0' || !part.startsWith('0')));

function ipv6Groups(text: string): readonly number[] | undefined {
  const halves = withHexTail(text)
    .split('::')
    .map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], rest = []] = halves;
  const missing = 8 - head.length - rest.length;
  const isComplete = halves.length === 1 ? missing === 0 : missing >= 1;
  if (halves.length > 2 || !isComplete) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill('0'), ...rest];
  return groups.every((group) => /^[\da-f]{1,4}$/i.test(group))
    ? groups.map((group) => parseInt(group, 16))
    : undefined;
}

/** `::ffff:1.2.3.4` as `::ffff:102:304`; as it is when it does not end in an IPv4 address. */
function withHexTail(text: string): string {
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (!isIpv4(tail)) return text;
  const hex = tail.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `${text.slice(0, -tail.length)}${hex.slice(0, 2).join('')}:${hex.slice(2).join('')}`;
}

/** RFC 5952: lower case, and the first of the longest runs of two or more zero groups as `::`. */
function printed(groups: readonly number[]): string {
  let [from, length] = [-1, 1];
  for (let start = 0; start < groups.length; start++) {
    const end = groups.findIndex((group, i) => i >= start && group !== 0);
    const run = (end === -1 ? groups.length : end) - start;
    if (run > length) [from, length] = [start, run];
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  return from === -1 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(from + length))}`;
}
