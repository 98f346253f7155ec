/** DER, as far as an X.509 certificate needs it (ITU-T X.690): values in, bytes out. */

/** Tag, length, content. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => element(0x30, ...content);
export const setOf = (...content: readonly Uint8Array[]): Buffer => element(0x31, ...content);
export const octets = (content: Uint8Array): Buffer => element(0x04, content);
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const bits = (content: Uint8Array, unusedBits = 0): Buffer => element(0x03, Buffer.from([unusedBits]), content);
export const yes = (): Buffer => element(0x01, Buffer.from([0xff]));

/** A context-specific, constructed element: `[n]` of the ASN.1 notation. */
export const tagged = (n: number, ...content: readonly Uint8Array[]): Buffer => element(0xa0 | n, ...content);

/** A non-negative integer, big end first. */
export function integer(value: Uint8Array): Buffer {
  const first = value.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Buffer.from([0]) : Buffer.from(value.subarray(first));
  // A leading one bit would make it negative.
  return element(0x02, (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), digits]) : digits);
}

/** An object identifier in dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** UTCTime (years 1950–2049), to the second. */
export function utcTime(at: Date): Buffer {
  const digits = at.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14);
  return element(0x17, Buffer.from(`${digits}Z`));
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes =
    length > 0xffff ? [length >> 16, length >> 8, length] : length > 0xff ? [length >> 8, length] : [length];
  return [0x80 | bytes.length, ...bytes.map((byte) => byte & 0xff)];
}

function base128(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [...base128(value >> 7).map((byte) => byte | 0x80), low];
}
