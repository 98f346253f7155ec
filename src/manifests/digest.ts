/** Gets text, gives a short stable digest of it: to see that two texts are the same, not to keep anything secret. */

/** 16 hexadecimal digits: two 32-bit FNV-1a style hashes with different primes, over UTF-16 code units. */
export function digest(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x85ebca6b);
  }
  return hex(first) + hex(second);
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
