/** The kinds we define and the kinds we read, as readonly values. Pure: no io, no clock. */
export * from './counted.ts';
export * from './v1alpha1/index.ts';
export * from './upstream/index.ts';
