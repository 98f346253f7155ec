/** The operator's command line, and what it comes to. */
import { address, duration, flag, oneOf, text } from '../runtime/index.ts';

/** By flag name; docs/guide/operator.md prints the helps. */
export const operatorOptions = {
  tier: text({ help: 'Tier of this cluster, as in spec.tiers[].name.', env: 'ROUTESRV_TIER', fallback: '' }),
  'tier-config-map': text({
    help: 'NAMESPACE/NAME of a ConfigMap whose key "tier" names the tier; read at start, used without --tier.',
    fallback: '',
  }),
  namespace: text({ help: 'Looks after this namespace only. Default all.', env: 'ROUTESRV_NAMESPACE', fallback: '' }),
  'route-server-image': text({
    help: 'Image of the route server for configs that name none.',
    env: 'ROUTESRV_ROUTE_SERVER_IMAGE',
  }),
  'route-server-cluster-role': text({
    help: 'ClusterRole that lets a route server read what it compiles; the chart brings it.',
    fallback: 'routesrv-route-server',
  }),
  'leader-elect': flag({ help: 'Only one of several replicas acts.', fallback: true }),
  'lease-namespace': text({ help: 'Namespace of the lease.', env: 'POD_NAMESPACE', fallback: 'default' }),
  'lease-name': text({ help: 'Name of the lease.', fallback: 'routesrv-operator' }),
  'metrics-address': address({ help: 'Where /metrics is served.', fallback: { port: 8080 } }),
  'health-address': address({ help: 'Where /healthz and /readyz are served.', fallback: { port: 8081 } }),
  'drain-timeout': duration({ help: 'How long a pass may take to end when the program stops.', fallback: 10_000 }),
  'log-level': oneOf(['debug', 'info', 'warn', 'error'], {
    help: 'Least severe log lines to write.',
    fallback: 'info',
  }),
} as const;
