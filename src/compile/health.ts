/** Routes under `/kube-system/healthz` by which a load balancer asks whether a Skipper is up. */

import { fieldPredicate, type Filter, type Route } from '../eskip/index.ts';
import { call } from './draft.ts';
import type { HealthcheckOptions } from './options.ts';

const privateNetworks = ['10.0.0.0/8', '192.168.0.0/16', '172.16.0.0/12', '127.0.0.1/8', 'fd00::/8', '::1/128'];

export function healthRoutes(options: HealthcheckOptions): readonly Route[] {
  if (!options.enabled) return [];
  const path = fieldPredicate('Path', '/kube-system/healthz');
  const source = call(options.reverseSource ? 'SourceFromLast' : 'Source', ...privateNetworks, ...options.extraCidrs);
  const quiet: readonly Filter[] = options.accessLog ? [] : [call('disableAccessLog', 200)];
  return [
    {
      id: 'kube__healthz_up',
      predicates: [path, source],
      filters: [...quiet, call('status', 200)],
      backend: { type: 'shunt' },
    },
    {
      id: 'kube__healthz_down',
      predicates: [path, source, call('Shutdown')],
      filters: [call('status', 503)],
      backend: { type: 'shunt' },
    },
  ];
}
