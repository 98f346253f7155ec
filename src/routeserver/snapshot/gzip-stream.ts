/**
 * Gets texts that were compressed one behind the other; gives them as one gzip member (RFC 1952).
 *
 * Its end is a checksum over everything: a reader sees every cut, which between two members would look like an end.
 */
import { sharedBytes } from './shared-bytes.ts';

/** A compressed text whose end is no end of the stream. */
export interface DeflatedPart {
  /** Whole bytes of deflate (RFC 1951), as `Z_SYNC_FLUSH` leaves them. */
  readonly deflated: Buffer;
  /** CRC-32 of the text. */
  readonly crc: number;
  /** Bytes of the text. */
  readonly length: number;
}

/** No name, no time, of an unknown system: equal text has equal bytes. */
const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** A last block with nothing in it. */
const lastBlock = Buffer.from([3, 0]);

/** Puts parts together; each was compressed with nothing or with text just before it as its dictionary. */
export function gzipStream(parts: readonly DeflatedPart[]): Buffer {
  const whole = parts.reduce(
    (before, { crc, length }) => ({ crc: crcOfBoth(before.crc, crc, length), length: before.length + length }),
    { crc: 0, length: 0 },
  );
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(whole.crc, 0);
  trailer.writeUInt32LE(whole.length >>> 0, 4);
  const pieces = [head, ...parts.map(({ deflated }) => deflated), lastBlock, trailer];
  const stream = sharedBytes(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) at += piece.copy(stream, at);
  return stream;
}

/** CRC-32's polynomial and all others here: the highest bit is the coefficient of x^0, as it goes over the wire. */
const polynomial = 0xedb88320;
const one = 0x80000000;
/** x^8, by which a byte that follows multiplies. */
const oneByte = 0x00800000;

/** CRC-32 of two texts, one behind the other, without reading them: the first one's is moved past the second. */
function crcOfBoth(first: number, second: number, secondLength: number): number {
  return (multiply(first, power(oneByte, secondLength)) ^ second) >>> 0;
}

/** By squares. */
function power(base: number, exponent: number): number {
  let result = one;
  for (let left = exponent, square = base; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

/** Of polynomials over GF(2), modulo CRC-32's. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = one, shifted = b; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ polynomial;
  }
  return product >>> 0;
}
