import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { describe, test } from 'node:test';
import { defaultCompileOptions, readFlags } from '../compile/index.ts';
import { routeServerOptions } from './options.ts';

function optionsOf(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const flags = readFlags(['-kubernetes', ...args], () => '');
  assert.deepEqual(flags.problems, []);
  return routeServerOptions(flags.values, env);
}

/** Options of args that are fine. */
function good(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { options, problems } = optionsOf(args, env);
  assert.deepEqual(problems, []);
  return options;
}

test('without flags the defaults are those of Skipper, where it has them', () => {
  const { compile, servingThreads, ...options } = good([]);
  assert.ok(servingThreads >= 0 && servingThreads <= Math.min(3, availableParallelism() - 1));
  assert.deepEqual(options, {
    address: { host: '', port: 9990 },
    supportAddress: { host: '', port: 9911 },
    logLevel: 'info',
    access: { from: 'url', url: 'http://localhost:8001', tokenFile: '' },
    namespace: '',
    source: 'watch',
    pollIntervalMs: 3_000,
    relistIntervalMs: 600_000,
    publishIntervalMs: 1_000,
    drainDelayMs: 5_000,
    mutualTls: undefined,
    lastKnownGoodDir: '',
    peerUrls: [],
    peerTls: { pair: undefined, caPaths: [] },
    bootPatienceMs: 10_000,
    maxShrinkPercent: 0,
    defaultFiltersDir: '',
    shards: [],
  });
  const { defaultFilters, ingressClass, routeGroupClass, ...rest } = defaultCompileOptions;
  assert.ok(defaultFilters.size === 0 && ingressClass.test('skipper') && routeGroupClass.test('skipper'));
  assert.partialDeepStrictEqual(compile, {
    ...rest,
    // What Skipper's flags turn on, other than its data client by itself.
    httpsRedirect: true,
    healthcheck: { ...rest.healthcheck, enabled: true },
  });
});

test('what keeps the route server up is set by flags of ours', () => {
  const { lastKnownGoodDir, peerUrls, bootPatienceMs, maxShrinkPercent, servingThreads } = good([
    '-last-known-good-dir=/var/lib/routesrv',
    '-peer-urls=http://a/routes,http://b/routes',
    '-boot-patience=3s',
    '-max-shrink-percent=25',
    '-serving-threads=7',
  ]);
  assert.deepEqual(
    [lastKnownGoodDir, peerUrls, bootPatienceMs, maxShrinkPercent, servingThreads],
    ['/var/lib/routesrv', ['http://a/routes', 'http://b/routes'], 3_000, 25, 7],
  );
});

describe('mutual TLS', () => {
  const files = ['-tls-cert=a.crt,b.crt', '-tls-key=a.key,b.key', '-mtls-authn-ca=ca.crt'];

  test('is on with -enable-mtls alone, as in the original', () => {
    assert.equal(good(files).mutualTls, undefined);
    assert.deepEqual(good([...files, '-enable-mtls', '-tls-min-version=1.3']).mutualTls, {
      pairs: [
        { certPath: 'a.crt', keyPath: 'a.key' },
        { certPath: 'b.crt', keyPath: 'b.key' },
      ],
      caPaths: ['ca.crt'],
      trustsSystemCas: false,
      minVersion: 'TLSv1.3',
    });
  });

  test('takes a version that nobody knows for the default, as in the original', () => {
    assert.equal(good([...files, '-enable-mtls', '-tls-min-version=9']).mutualTls?.minVersion, 'TLSv1.2');
  });

  const refused: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
    'no certificate': [['-mtls-authn-ca=ca.crt'], /^-enable-mtls: needs -tls-cert and -tls-key/],
    'fewer keys than certificates': [[...files, '-tls-key=a.key'], /^-enable-mtls: needs -tls-cert and -tls-key/],
    'no CA': [files.slice(0, 2), /^-enable-mtls: needs -mtls-authn-ca/],
  };
  for (const [what, [args, message]] of Object.entries(refused)) {
    test(`with ${what} is refused`, () => {
      assert.match(optionsOf([...args, '-enable-mtls']).problems.join('\n'), message);
    });
  }
});

describe('peers that are asked by https', () => {
  test('are shown a certificate, and believed by CAs that are named', () => {
    const args = ['-peer-urls=https://a/routes', '-peer-tls-ca=a.crt,b.crt', '-peer-tls-cert=c', '-peer-tls-key=k'];
    const { peerUrls, peerTls } = good(args);
    assert.deepEqual(peerUrls, ['https://a/routes']);
    assert.deepEqual(peerTls, { pair: { certPath: 'c', keyPath: 'k' }, caPaths: ['a.crt', 'b.crt'] });
  });

  for (const half of ['-peer-tls-cert=c', '-peer-tls-key=k']) {
    test(`${half} alone is refused`, () => {
      assert.match(optionsOf([half]).problems.join('\n'), /^-peer-tls-cert: and -peer-tls-key go together/);
    });
  }
});

describe('listeners', () => {
  const addresses = {
    ':1': { host: '', port: 1 },
    '127.0.0.1:2': { host: '127.0.0.1', port: 2 },
    '[::1]:3': { host: '::1', port: 3 },
  };
  for (const [text, want] of Object.entries(addresses)) {
    test(`-address=${text}`, () => {
      assert.deepEqual(good([`-address=${text}`]).address, want);
    });
  }

  test('an empty support listener is none', () => {
    assert.equal(good(['-support-listener=']).supportAddress, undefined);
  });
});

describe('the API server is found', () => {
  test('by URL, with a token file', () => {
    const access = good(['-kubernetes-url=https://api:6443', '-kubernetes-token-file=/t'], { KUBECONFIG: '/k' }).access;
    assert.deepEqual(access, { from: 'url', url: 'https://api:6443', tokenFile: '/t' });
  });

  test('by KUBECONFIG when nothing else is said', () => {
    assert.deepEqual(good([], { KUBECONFIG: '/k' }).access, { from: 'kubeconfig' });
  });

  test('by the pod’s environment', () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
    assert.deepEqual(good(['-kubernetes-in-cluster', '-kubernetes-url=http://x'], env).access, { from: 'inCluster' });
  });
});

describe('the compiler is told', () => {
  test('of an east-west domain by default only while that is on', () => {
    assert.equal(good([]).compile.eastWest.domain, '');
    assert.equal(good(['-enable-kubernetes-east-west']).compile.eastWest.domain, 'skipper.cluster.local');
  });

  test('about east-west traffic', () => {
    const { eastWest } = good([
      '-enable-kubernetes-east-west',
      '-kubernetes-east-west-domain=.ew.local.',
      '-kubernetes-east-west-range-domains=a.local,b.local',
      '-kubernetes-east-west-range-predicates=ClientIP("10.0.0.0/8") && True()',
    ]).compile;
    assert.deepEqual(
      [eastWest.enabled, eastWest.domain, eastWest.rangeDomains],
      [true, 'ew.local', ['a.local', 'b.local']],
    );
    assert.deepEqual(
      eastWest.rangePredicates.map(({ name }) => name),
      ['ClientIP', 'True'],
    );
  });

  test('about annotations', () => {
    const { annotationPredicates, annotationFilters } = good([
      '-kubernetes-annotation-predicates=zone=a=Foo() && Bar()',
      '-kubernetes-annotation-predicates=',
      '-kubernetes-annotation-filters-append=zone=a=foo("=") -> bar()',
    ]).compile;
    assert.deepEqual(
      annotationPredicates.map(({ key, value, append }) => [key, value, append.length]),
      [['zone', 'a', 2]],
    );
    assert.deepEqual(annotationFilters[0]?.append[0], { name: 'foo', args: ['='] });
  });

  test('about default filters, in the order given', () => {
    const { prepend, append } = good([
      '-default-filters-append=a()',
      '-default-filters-append=b() -> c()',
      '-default-filters-prepend=d()',
    ]).compile.defaultFilterFlags;
    assert.deepEqual(
      [prepend, append].map((filters) => filters.map(({ name }) => name)),
      [['d'], ['a', 'b', 'c']],
    );
  });

  test('about edits, with any separator', () => {
    const { editRoutes, cloneRoutes } = good(['-edit-route=#a/b#c#', '-clone-route=/x/y/']).compile;
    assert.deepEqual([editRoutes.length, cloneRoutes.length], [1, 1]);
    assert.equal(editRoutes[0]?.replacement, 'c');
  });

  test('about classes, external names and the rest', () => {
    const { compile } = good([
      '-kubernetes-ingress-class=^a$',
      '-kubernetes-routegroup-class=',
      '-kubernetes-only-allowed-external-names',
      '-kubernetes-allowed-external-name=^ok$',
      '-kubernetes-path-mode=path-prefix',
      '-kubernetes-https-redirect-code=0',
      '-kubernetes-default-lb-algorithm=unheardOf',
      '-whitelisted-healthcheck-cidr=1.2.3.0/24,4.5.6.0/24',
      '-application-log-level=debug',
    ]);
    assert.deepEqual([compile.ingressClass.test('a'), compile.ingressClass.test('ab')], [true, false]);
    assert.equal(compile.routeGroupClass.test('my-skipper'), true);
    assert.deepEqual(
      compile.externalNames.allowed?.map((pattern) => pattern.test('ok')),
      [true],
    );
    assert.equal(compile.pathMode, 'path-prefix');
    assert.deepEqual([compile.httpsRedirectCode, compile.defaultLbAlgorithm], [308, 'roundRobin']);
    assert.deepEqual(compile.healthcheck.extraCidrs, ['1.2.3.0/24', '4.5.6.0/24']);
    assert.equal(compile.healthcheck.accessLog, true);
  });
});

test('shards are served for Services that are named in full', () => {
  const { shards } = good([
    '-kubernetes-redis-service-namespace=ns',
    '-kubernetes-redis-service-name=redis',
    '-kubernetes-valkey-service-name=valkey',
  ]);
  assert.deepEqual(shards, [{ store: 'redis', namespace: 'ns', name: 'redis', port: 6379 }]);
});

describe('the program does not start with', () => {
  const cases: Readonly<Record<string, readonly [string, RegExp]>> = {
    'an address without a port': ['-address=localhost', /^-address: expected host:port/],
    'a port that cannot be': ['-address=:70000', /^-address: expected host:port/],
    'an unknown log level': ['-application-log-level=loud', /^-application-log-level: expected one of/],
    'an unknown path mode': ['-kubernetes-path-mode=x', /^-kubernetes-path-mode: expected one of kubernetes-ingress/],
    'a pod’s account outside a pod': ['-kubernetes-in-cluster', /^-kubernetes-in-cluster: .*KUBERNETES_SERVICE_HOST/],
    'a URL that is none': ['-kubernetes-url=::', /^-kubernetes-url: is no URL/],
    'filters that are none': ['-default-filters-append=a(', /^-default-filters-append: /],
    'predicates that are none': [
      '-kubernetes-east-west-range-predicates=&&',
      /^-kubernetes-east-west-range-predicates: /,
    ],
    'a pattern that is none': ['-kubernetes-ingress-class=(', /^-kubernetes-ingress-class: regular expression/],
    'an edit that is none': ['-edit-route=/a/', /^-edit-route: expected/],
    'an annotation rule without its parts': [
      '-kubernetes-annotation-predicates=a=b',
      /^-kubernetes-annotation-predicates: expected annotation=value=/,
    ],
  };
  for (const [what, [arg, message]] of Object.entries(cases)) {
    test(what, () => {
      const { problems } = optionsOf([arg]);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', message);
    });
  }

  test('two rules for one annotation', () => {
    const rule = '-kubernetes-annotation-filters-append=a=b=c()';
    assert.match(optionsOf([rule, rule]).problems[0] ?? '', /a=b is there twice/);
  });

  test('no source of routes', () => {
    const { problems } = routeServerOptions(readFlags([], () => '').values, {});
    assert.match(problems[0] ?? '', /^-kubernetes: is required/);
  });
});

test('where threads cannot share a port there are none, and to ask for some is a mistake', (t) => {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform') ?? {};
  t.after(() => Object.defineProperty(process, 'platform', platform));
  Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
  assert.equal(good([]).servingThreads, 0);
  assert.deepEqual(optionsOf(['-serving-threads=2']).problems, [
    '-serving-threads: must be 0 on darwin: only Linux lets threads share a port',
  ]);
});
