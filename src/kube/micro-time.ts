/**
 * Gets milliseconds; gives the MicroTime of Kubernetes, the only form that a Lease or an Event accepts: six digits of
 * a second, where `Date` writes three.
 */
export function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z');
}
