/**
 * Objects that an API server should never have let in, and some that it does: each is a problem that is told, and the
 * routes of all others are served as before. By a double of an API server, which takes whatever it is given.
 */
import { doubledCluster } from './fault-cluster.ts';
import { testMalformed } from './malformed-suite.ts';

testMalformed({
  open: doubledCluster,
  random: {
    kinds: ['Ingress', 'RouteGroup', 'Service', 'EndpointSlice'],
    runs: Number(process.env['FAULT_STEPS'] ?? 10) * 10,
  },
});
