/** Compares two route tables, and says when a difference counts. Pure: no io, no clock. */
export type * from './types.ts';
