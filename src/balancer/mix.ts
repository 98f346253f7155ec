/**
 * Second hashes of a key: gets the two halves of its XXH64, gives a number in [0, 1) that says nothing about the
 * key's place on the ring. The finalizer of MurmurHash3 (fmix32, Austin Appleby, public domain), run over both halves.
 */

/** One per decision, so that the keys which fade first are not the ones which stay local or leave Skipper first. */
export const fadeInSalt = 0x1b873593;
export const zoneSalt = 0x2545f491;
export const percentageSalt = 0x6c078965;

function finalize(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Uniform in [0, 1), the same for the same key and salt on every machine. */
export function unitInterval(high: number, low: number, salt: number): number {
  return (finalize(finalize(high ^ salt) ^ low) >>> 0) / 2 ** 32;
}
