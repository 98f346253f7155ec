/** The same objects as in malformed.test.ts on a real API server, as far as it takes them. */
import { realCluster } from './fault-cluster.ts';
import { testMalformed } from './malformed-suite.ts';

testMalformed({
  open: () => realCluster('malformed'),
  refused: [
    'a filter of 5 MB that never ends',
    'an annotation that is a number',
    'rules that are a word',
    'paths that are a map',
    'a host that is a list',
    'a spec that is a list',
    'an annotation of 5 MB that nobody reads',
    'a filter with an argument of 5 MB',
    'a regex bomb in a path',
    'a regex bomb in a host',
    'names with quotes, line breaks and other alphabets',
    'a port that is no port',
  ],
  random: { kinds: ['RouteGroup'], runs: Number(process.env['FAULT_STEPS'] ?? 6) * 10 },
});
