/** Gets a way to make something of the balancer's and options that it refuses; tests that each is, and what is said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

/** Options, and what is said of them. */
export type Refused<Options> = readonly (readonly [options: Options, said: string])[];

/** To be called where tests are declared: a test for each. */
export function testRefused<Options>(made: (options: Options) => unknown, refused: Refused<Options>): void {
  for (const [options, said] of refused)
    test(`are refused: ${said}`, () => {
      assert.throws(
        () => made(options),
        (error: Error & { code?: string }) => error.code === 'RSRV_BALANCER_OPTION' && error.message.includes(said),
      );
    });
}
