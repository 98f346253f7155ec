/** The errors that a balancer throws, by stable code. */

export type BalancerErrorCode = 'RSRV_BALANCER_NO_ENDPOINTS' | 'RSRV_BALANCER_OPTION';

/**
 * `NO_ENDPOINTS`: nothing was ever known; try another way. `OPTION`: an option is wrong; fix the program. Stable: tell
 * errors apart by `code`.
 */
export class BalancerError extends Error {
  override readonly name = 'BalancerError';
  /** Stable, to tell errors apart by. */
  readonly code: BalancerErrorCode;

  constructor(code: BalancerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export function noEndpoints(): BalancerError {
  return new BalancerError(
    'RSRV_BALANCER_NO_ENDPOINTS',
    'No endpoint is known yet: call update() with at least one, or send the request through Skipper.',
  );
}

export function wrongOption(option: string, rule: string, got: unknown): BalancerError {
  return new BalancerError('RSRV_BALANCER_OPTION', `Balancer option ${option} ${rule}, but is ${String(got)}.`);
}
