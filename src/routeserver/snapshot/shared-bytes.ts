/**
 * Gets a length; gives memory that all threads can read: what is sent by several is there once.
 */

/** So many bytes, all zero. */
export function sharedBytes(length: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(length));
}
