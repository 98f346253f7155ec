/** Compares two route tables, and says when a difference counts. Pure: no io, no clock. */
export type * from './types.ts';
export { compareTexts, inconclusive, withoutRoutes } from './compare-texts.ts';
export { awaitsReread, settle } from './settle.ts';
export { toleranceProblems } from './tolerate.ts';
