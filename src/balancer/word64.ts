/**
 * Arithmetic modulo 2^64 on pairs of 32-bit halves: gets a table of words (high half at `at`, low half after it),
 * changes it in place. BigInt would cost 100–180 ns and garbage per hash.
 */

/** Upper half of the product of two words; the lower one is Math.imul of their lower halves. */
export function upper(high: number, low: number, factorHigh: number, factorLow: number): number {
  const a1 = low >>> 16;
  const a0 = low & 0xffff;
  const b1 = factorLow >>> 16;
  const b0 = factorLow & 0xffff;
  const cross1 = Math.imul(a1, b0) >>> 0;
  const cross0 = Math.imul(a0, b1) >>> 0;
  const middle = (Math.imul(a0, b0) >>> 16) + (cross1 & 0xffff) + (cross0 & 0xffff);
  const carried = Math.imul(a1, b1) + (cross1 >>> 16) + (cross0 >>> 16) + (middle >>> 16);
  return (carried + Math.imul(high, factorLow) + Math.imul(low, factorHigh)) | 0;
}

export function multiply(words: Int32Array, at: number, factorHigh: number, factorLow: number): void {
  const low = words[at + 1] ?? 0;
  words[at] = upper(words[at] ?? 0, low, factorHigh, factorLow);
  words[at + 1] = Math.imul(low, factorLow);
}

export function add(words: Int32Array, at: number, high: number, low: number): void {
  const sum = ((words[at + 1] ?? 0) >>> 0) + (low >>> 0);
  words[at] = ((words[at] ?? 0) + high + (sum > 0xffffffff ? 1 : 0)) | 0;
  words[at + 1] = sum | 0;
}

export function xor(words: Int32Array, at: number, high: number, low: number): void {
  words[at] = (words[at] ?? 0) ^ high;
  words[at + 1] = (words[at + 1] ?? 0) ^ low;
}

/** By 1 to 31 bits. */
export function rotateLeft(words: Int32Array, at: number, bits: number): void {
  const high = words[at] ?? 0;
  const low = words[at + 1] ?? 0;
  words[at] = (high << bits) | (low >>> (32 - bits));
  words[at + 1] = (low << bits) | (high >>> (32 - bits));
}
