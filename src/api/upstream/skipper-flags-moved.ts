/**
 * Gives: the flags of Skipper v0.27.65 that decide what is in the route table, and so concern the route server.
 *
 * Sources: `config/config.go` (names, types), `skipper.go` `KubernetesDataClientOptions` (what the data client reads),
 * `routesrv/routesrv.go` (what the Go route server reads on top of it).
 */
import type { FlagGroup } from './skipper-flags-group.ts';

export const movedFlags: readonly FlagGroup[] = [
  {
    side: 'dataClient',
    routeServer: 'supported',
    names: {
      bool: [
        'reverse-source-predicate',
        'kubernetes',
        'kubernetes-in-cluster',
        'kubernetes-healthcheck',
        'kubernetes-https-redirect',
        'kubernetes-disable-catchall-routes',
        'enable-kubernetes-endpointslices',
        'enable-kubernetes-east-west',
        'enable-kubernetes-external-names',
        'kubernetes-external-name-preserve-host',
        'kubernetes-only-allowed-external-names',
        'kubernetes-force-service',
      ],
      string: [
        'kubernetes-url',
        'kubernetes-token-file',
        'kubernetes-ingress-class',
        'kubernetes-routegroup-class',
        'whitelisted-healthcheck-cidr',
        'kubernetes-path-mode',
        'kubernetes-namespace',
        'kubernetes-topology-zone',
        'kubernetes-east-west-domain',
        'kubernetes-east-west-range-predicates',
        'kubernetes-application-annotation-label',
        'kubernetes-redis-service-namespace',
        'kubernetes-redis-service-name',
        'kubernetes-valkey-service-namespace',
        'kubernetes-valkey-service-name',
        'kubernetes-backend-traffic-algorithm',
        'kubernetes-default-lb-algorithm',
        'default-filters-dir',
      ],
      int: ['kubernetes-https-redirect-code', 'kubernetes-redis-service-port', 'kubernetes-valkey-service-port'],
      list: ['kubernetes-east-west-range-domains'],
      multi: [
        'default-filters-append',
        'default-filters-prepend',
        'edit-route',
        'clone-route',
        'kubernetes-annotation-predicates',
        'kubernetes-annotation-filters-append',
        'kubernetes-east-west-range-annotation-predicates',
        'kubernetes-east-west-range-annotation-filters-append',
        'kubernetes-allowed-external-name',
      ],
    },
  },
  {
    side: 'dataClient',
    routeServer: 'unsupported',
    names: {
      string: ['kubernetes-status-from-service'],
    },
  },
  {
    side: 'both',
    routeServer: 'supported',
    names: {
      bool: ['route-creation-metrics', 'enable-oauth2-grant-flow', 'enable-swarm'],
      string: ['forward-backend-url', 'oauth2-callback-path'],
      int: ['source-poll-timeout'],
      list: ['forwarded-headers', 'forwarded-headers-exclude-cidrs'],
    },
  },
  {
    side: 'direct',
    routeServer: 'unsupported',
    names: {
      bool: ['kubernetes-enable-tls'],
    },
  },
  {
    side: 'routeServer',
    routeServer: 'unsupported',
    names: {
      multi: ['route-server-filters'],
    },
  },
];
