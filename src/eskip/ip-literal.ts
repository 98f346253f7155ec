/**
 * Gets a host that has a bracket in it, such as `[fe80::1%25eth0]:80`; gives what is wrong with it, if anything.
 *
 * Source: Go 1.27, `net/url` (parseHost) and `net/netip` (ParseAddr).
 */

import { plainCharacters } from './percent.ts';

const group = /^[0-9a-f]{1,4}$/i;
const dottedTail = /(?<before>^|:)(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3})$/;

/** Why Go refuses the host, or undefined. Only an IPv6 address may stand in brackets. */
export function problemWithIpLiteral(host: string): string | undefined {
  const parts = /^\[([^[]*)\](:\d*)?$/.exec(host);
  if (parts === null) return 'its host has a bracket that is not part of [IPv6 address]:port';
  const [address, zone] = splitZone(parts[1] ?? '');
  if (zone !== undefined && !isZone(zone)) return 'its IPv6 zone is empty or has a character that must be escaped';
  return isIpv6(address) ? undefined : 'the address in its brackets is not an IPv6 address';
}

function splitZone(text: string): readonly [string, string?] {
  const at = text.indexOf('%25');
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 3)];
}

function isZone(zone: string): boolean {
  const decoded = zone.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => inZone(String.fromCharCode(parseInt(hex, 16))));
  return /^(?:[^\0-\x7f]|[\w.~!$&'()*+,;=:[\]<>"-])+$/.test(decoded);
}

/** A stand-in for an escaped character: one that may stand in a zone if the character may, `%` if not. */
function inZone(character: string): string {
  return character === '%' || character === ' ' || isPlain(character) ? 'x' : '%';
}

function isPlain(character: string): boolean {
  return plainCharacters.host.test(character);
}

function isIpv6(text: string): boolean {
  const halves = text.replace(dottedTail, '$<before>0:0').split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2 || !groups.every((part) => group.test(part))) return false;
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8;
}
